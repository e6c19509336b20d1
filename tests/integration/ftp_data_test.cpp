// How data connections come to be: active and passive, IPv4 and IPv6, clear and under TLS; who is let in and who is
// not.
#include "tests/integration/ftp_client.hpp"
#include "tests/integration/gateway_lab.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <thread>

namespace boxgate::testing {

namespace {

using boost::asio::ip::tcp;

std::string noise(std::size_t size) {
    std::string text(size, '\0');
    std::uint32_t state = 7;
    for (auto& c : text) c = static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
    return text;
}

// Each way that a client can ask for a data connection.
struct way {
    bool passive;
    bool extended;
    bool v6;
    bool tls;

    std::string name() const {
        const std::string verb = passive ? (extended ? "EPSV" : "PASV") : (extended ? "EPRT" : "PORT");
        return verb + (v6 ? " over IPv6" : " over IPv4") + (tls ? " with TLS" : "");
    }
};

void prepare(ftp_client& client, const way& how) {
    if (!how.passive)
        client.active(how.extended);
    else if (how.extended)
        client.extended_passive();
    else
        client.passive();
}

void transfer(ftp_client& client, const way& how, const std::string& command) {
    prepare(client, how);
    client.send_line(command);
    if (how.passive) client.connect_data();
    client.reply("150");
    if (!how.passive) client.accept_data();
    if (how.tls) client.secure_data();
}

std::vector<way> all_ways() {
    std::vector<way> ways;
    for (const bool passive : {true, false}) {
        for (const bool extended : {true, false}) {
            for (const bool v6 : {false, true}) {
                if (v6 && !extended) continue;  // PASV and PORT know IPv4 only
                for (const bool tls : {false, true}) ways.push_back({passive, extended, v6, tls});
            }
        }
    }
    return ways;
}

std::unique_ptr<ftp_client> logged_in(const way& how) {
    const auto port = how.v6 ? lab().ftp_port_v6() : lab().ftp_port();
    auto client = std::make_unique<ftp_client>(port, lab().authority().certificate(), how.v6 ? "::1" : "127.0.0.1");
    client->connect();
    if (how.tls) client->start_tls();
    client->log_in();
    return client;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ftp_data)

BOOST_AUTO_TEST_CASE(every_way_moves_20_mib_intact_in_both_directions) {
    const auto content = noise(20 * 1024 * 1024 + 7);
    for (const auto& how : all_ways()) {
        BOOST_TEST_CONTEXT(how.name()) {
            const auto client = logged_in(how);
            transfer(*client, how, "STOR /moved");
            client->send_data(content);
            client->finish_data();
            client->reply("226");
            BOOST_TEST((lab().stored("/moved") == content));
            transfer(*client, how, "RETR /moved");
            BOOST_TEST((client->read_data() == content));
            client->finish_data();
            client->reply("226");
            client->command("DELE /moved", "250");
        }
    }
}

// A kill closes one connection after the other, and on a busy machine there is time between them.
BOOST_AUTO_TEST_CASE(an_upload_whose_client_dies_a_moment_after_its_end_is_not_stored) {
    gateway_lab_options options;
    options.ftp = "  eof_grace: 2s\n";
    gateway_lab patient(std::move(options));
    ftp_client client(patient.ftp_port());
    client.connect();
    client.log_in();
    client.passive();
    client.send_line("STOR /killed");
    client.connect_data();
    client.reply("150");
    client.send_data("the first part");
    client.finish_data();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    client.lose(loss::closed);
    BOOST_TEST(patient.held_in_the_end() == "");
    BOOST_TEST(!patient.stored("/killed").has_value());
}

BOOST_AUTO_TEST_CASE(what_was_announced_for_an_upload_that_did_not_begin_is_forgotten) {
    lab().seed("/there already", "x");
    ftp_client client(lab().ftp_port());
    client.connect();
    client.log_in();
    client.command("ALLO 5000", "200");
    client.passive();
    client.command("APPE /there already", "550");
    client.passive();
    client.send_line("STOR /small one");
    client.connect_data();
    client.reply("150");
    client.send_data("few bytes");
    client.finish_data();
    client.reply("226");
    BOOST_TEST(lab().stored("/small one").value_or("") == "few bytes");
}

BOOST_AUTO_TEST_CASE(less_than_was_announced_is_not_stored) {
    for (const std::size_t sent : {std::size_t(0), std::size_t(99), std::size_t(100), std::size_t(101)}) {
        const auto path = "/announced " + std::to_string(sent);
        ftp_client client(lab().ftp_port());
        client.connect();
        client.log_in();
        client.command("ALLO 100", "200");
        client.passive();
        client.send_line("STOR " + path);
        client.connect_data();
        client.reply("150");
        client.send_data(std::string(sent, 'x'));
        client.finish_data();
        client.reply(sent < 100 ? "426" : "226");
        BOOST_TEST(lab().stored(path).has_value() == (sent >= 100));
    }
}

BOOST_AUTO_TEST_CASE(a_stranger_on_the_passive_port_is_turned_away_and_the_transfer_goes_on) {
    ftp_client client(lab().ftp_port());
    client.connect();
    client.log_in();
    client.passive();
    client.send_line("STOR /kept from strangers");
    // All of 127.0.0.0/8 is this machine: the stranger comes from another address of it.
    boost::asio::io_context context;
    tcp::socket stranger(context);
    stranger.open(tcp::v4());
    stranger.bind({boost::asio::ip::make_address("127.0.0.77"), 0});
    stranger.connect({boost::asio::ip::make_address("127.0.0.1"), client.data_port()});
    client.reply("150");
    char byte = 0;
    boost::system::error_code error;
    const timeval patience{10, 0};
    ::setsockopt(stranger.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    BOOST_TEST(stranger.read_some(boost::asio::buffer(&byte, 1), error) == 0u);
    const bool turned_away = error == boost::asio::error::eof || error == boost::asio::error::connection_reset;
    BOOST_TEST(turned_away, "the stranger is still connected: " << error.message());
    client.connect_data();
    client.send_data("the client's own");
    client.finish_data();
    client.reply("226");
    BOOST_TEST(lab().stored("/kept from strangers").value_or("") == "the client's own");
}

BOOST_AUTO_TEST_CASE(every_port_comes_back_on_every_path) {
    {
        ftp_client client(lab().ftp_port());
        client.connect();
        client.log_in();
        client.passive();
        client.passive();  // a second one gives the first back
        BOOST_TEST(lab().gate().in_use().passive_ports == 1u);
        client.command("RETR /missing", "550");
        BOOST_TEST(lab().gate().in_use().passive_ports == 0u);
        client.passive();
        client.command("ABOR", "226");
        BOOST_TEST(lab().gate().in_use().passive_ports == 0u);
        client.passive();
        client.active(false);
        BOOST_TEST(lab().gate().in_use().passive_ports == 0u);
        client.passive();
        client.command("REIN", "220");
        BOOST_TEST(lab().gate().in_use().passive_ports == 0u);
        client.log_in();
        client.passive();
        client.send_line("STOR /aborted");
        client.connect_data();
        client.reply("150");
        client.command("ABOR", "426");
        client.reply("226");
        client.extended_passive();
    }
    BOOST_TEST(lab().held_in_the_end() == "");
}

BOOST_AUTO_TEST_CASE(a_client_that_is_told_why_there_is_no_data_connection) {
    ftp_client client(lab().ftp_port());
    client.connect();
    client.log_in();
    client.active(false);
    boost::asio::io_context context;
    tcp::acceptor closed(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
    const auto port = closed.local_endpoint().port();
    closed.close();
    client.command("PORT 127,0,0,1," + std::to_string(port / 256) + "," + std::to_string(port % 256), "200");
    client.send_line("LIST");
    client.reply("150");
    BOOST_TEST(client.reply("425").find("Passive mode") != std::string::npos);
    client.command("NOOP", "200");
}

BOOST_AUTO_TEST_CASE(active_mode_comes_from_the_source_that_is_set_and_can_be_off) {
    boost::asio::io_context context;
    tcp::acceptor any(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
    const auto port = any.local_endpoint().port();
    any.close();
    gateway_lab_options options;
    options.ftp = "  active_source: 127.0.0.1:" + std::to_string(port) + "\n";
    gateway_lab set(options);
    for (int i = 0; i < 3; ++i) {  // the same port again at once
        ftp_client client(set.ftp_port());
        client.connect();
        client.log_in();
        client.active(i % 2 == 0);
        client.send_line("NLST");
        client.reply("150");
        client.accept_data();
        BOOST_TEST(client.data_peer_port() == port);
        client.read_data();
        client.finish_data();
        client.reply("226");
    }
    options.ftp = "  active: off\n";
    gateway_lab off(options);
    ftp_client client(off.ftp_port());
    client.connect();
    client.log_in();
    client.command("PORT 127,0,0,1,200,1", "502");
    client.command("EPRT |1|127.0.0.1|50000|", "502");
    client.extended_passive();
}

BOOST_AUTO_TEST_CASE(pasv_tells_the_address_that_is_set_for_the_client_s_network) {
    gateway_lab_options options;
    options.ftp =
        "  passive_address: 203.0.113.7\n"
        "  passive_address_for: { 10.0.0.0/8: 10.1.2.3 }\n";
    // This test's own address is not in that network; the loopback address may not be told to others.
    gateway_lab set(options);
    ftp_client client(set.ftp_port());
    client.connect();
    client.log_in();
    BOOST_TEST(client.command("PASV", "227").find("(203,0,113,7,") != std::string::npos);
    options.ftp =
        "  passive_address: 203.0.113.7\n"
        "  passive_address_for: { 127.0.0.0/8: own }\n";
    gateway_lab local(options);
    ftp_client near(local.ftp_port());
    near.connect();
    near.log_in();
    BOOST_TEST(near.command("PASV", "227").find("(127,0,0,1,") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
