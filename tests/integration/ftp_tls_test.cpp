// FTPS: implicit and explicit, which TLS session opens which data connection, how uploads end, new certificates.
#include "tests/integration/ftp_client.hpp"
#include "tests/integration/gateway_lab.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

namespace boxgate::testing {

namespace {

gateway_lab& strict_lab() {
    static gateway_lab one([] {
        gateway_lab_options options;
        options.tls = ", require_session_reuse: true";
        return options;
    }());
    return one;
}

void enter(ftp_client& client) {
    client.connect();
    client.start_tls();
    client.log_in();
}

// STOR with the TLS session given (null: a new one); the reply's code.
std::string store(ftp_client& client, SSL_SESSION* resume, bool& resumed) {
    client.passive();
    client.send_line("STOR /tls");
    client.connect_data();
    client.reply("150");
    client.secure_data(resume);
    resumed = client.data_is_resumed();
    try {
        client.send_data("under TLS");
        client.finish_data();
    } catch (const boost::system::system_error&) {
        // refused: the reply says so
    }
    return client.reply("").substr(0, 3);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ftp_tls)

BOOST_AUTO_TEST_CASE(implicit_tls_needs_no_auth_and_protects_data_by_itself) {
    ftp_client client(lab().ftps_port(), lab().authority().certificate());
    client.connect_implicit();
    client.log_in();
    bool resumed = false;
    BOOST_TEST(store(client, nullptr, resumed) == "226");
    BOOST_TEST(lab().stored("/tls").value_or("") == "under TLS");
    client.command("AUTH TLS", "503");
}

BOOST_AUTO_TEST_CASE(a_data_connection_may_resume_the_session_of_its_control_connection) {
    for (const bool old : {false, true}) {
        BOOST_TEST_CONTEXT((old ? "TLS 1.2" : "TLS 1.3")) {
            for (auto* const where : {&lab(), &strict_lab()}) {
                ftp_client client(where->ftp_port(), where->authority().certificate());
                if (old) client.only_tls_1_2();
                enter(client);
                BOOST_REQUIRE(client.session());
                const auto before = client.sessions_got();
                for (int i = 0; i < 3; ++i) {
                    bool resumed = false;
                    BOOST_TEST(store(client, client.session(), resumed) == "226");
                    BOOST_TEST(resumed);
                }
                // Many clients use a TLS 1.3 ticket once: each that was used is replaced on the control connection.
                if (!old) BOOST_TEST(client.sessions_got() == before + 3);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(another_session_s_ticket_opens_nothing) {
    for (const bool old : {false, true}) {
        BOOST_TEST_CONTEXT((old ? "TLS 1.2" : "TLS 1.3")) {
            ftp_client other(lab().ftp_port(), lab().authority().certificate());
            ftp_client client(lab().ftp_port(), lab().authority().certificate());
            if (old) other.only_tls_1_2(), client.only_tls_1_2();
            enter(other);
            enter(client);
            bool resumed = true;
            store(client, other.session(), resumed);
            BOOST_TEST(!resumed);
        }
    }
}

BOOST_AUTO_TEST_CASE(where_reuse_is_required_another_session_s_ticket_or_none_is_refused) {
    for (const bool with_ticket : {true, false}) {
        ftp_client other(strict_lab().ftp_port(), strict_lab().authority().certificate());
        ftp_client client(strict_lab().ftp_port(), strict_lab().authority().certificate());
        enter(other);
        enter(client);
        bool resumed = true;
        BOOST_TEST(store(client, with_ticket ? other.session() : nullptr, resumed) == "522");
        BOOST_TEST(!resumed);
        BOOST_TEST(store(client, client.session(), resumed) == "226", "the session goes on");
    }
}

BOOST_AUTO_TEST_CASE(an_upload_without_close_notify_is_refused_unless_the_settings_allow_it) {
    const auto upload = [](gateway_lab& where) {
        ftp_client client(where.ftp_port(), where.authority().certificate());
        enter(client);
        client.passive();
        client.send_line("STOR /cut");
        client.connect_data();
        client.reply("150");
        client.secure_data();
        client.send_data("all, or not?");
        client.close_data_without_notify();
        return client.reply("").substr(0, 3);
    };
    BOOST_TEST(upload(lab()) == "426");
    BOOST_TEST(!lab().stored("/cut").has_value());
    gateway_lab_options options;
    options.tls = ", require_close_notify: false";
    gateway_lab lenient(options);
    BOOST_TEST(upload(lenient) == "226");
    BOOST_TEST(lenient.stored("/cut").value_or("") == "all, or not?");
}

BOOST_AUTO_TEST_CASE(a_data_handshake_that_does_not_come_can_be_aborted) {
    ftp_client client(lab().ftp_port(), lab().authority().certificate());
    enter(client);
    client.passive();
    client.send_line("STOR /never");
    client.connect_data();
    client.reply("150");
    const auto begin = std::chrono::steady_clock::now();
    client.send_line("ABOR");
    client.reply("426");
    client.reply("226");
    BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(20)),
               "ftp.connect_timeout was waited for");
    BOOST_TEST(!lab().stored("/never").has_value());
}

// Where a bare end is taken for the client's own, it proves as little as over a connection in the clear.
BOOST_AUTO_TEST_CASE(a_client_killed_a_moment_after_a_bare_end_has_stored_nothing) {
    gateway_lab_options options;
    options.tls = ", require_close_notify: false";
    options.ftp = "  eof_grace: 2s\n";
    gateway_lab patient(std::move(options));
    ftp_client client(patient.ftp_port(), patient.authority().certificate());
    enter(client);
    client.passive();
    client.send_line("STOR /killed");
    client.connect_data();
    client.reply("150");
    client.secure_data();
    client.send_data("the first part");
    client.close_data_without_notify();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    client.lose(loss::closed);
    BOOST_TEST(patient.held_in_the_end() == "");
    BOOST_TEST(!patient.stored("/killed").has_value());
}

BOOST_AUTO_TEST_CASE(a_new_certificate_is_used_without_a_restart_and_sessions_keep_theirs) {
    gateway_lab own;
    ftp_client before(own.ftp_port(), own.authority().certificate());
    enter(before);
    const test_authority next("the next authority");
    const auto fresh = next.issue({"localhost", "127.0.0.1"});
    own.home().write("ftp.key", "half a key");
    BOOST_TEST(!own.gate().reload_certificate(), "a key that cannot be read must not be taken");
    ftp_client meanwhile(own.ftp_port(), own.authority().certificate());
    enter(meanwhile);
    own.home().write("ftp.pem", fresh.certificate);
    own.home().write("ftp.key", fresh.private_key);
    BOOST_TEST(own.gate().reload_certificate());
    ftp_client after(own.ftp_port(), next.certificate());
    enter(after);
    bool resumed = false;
    BOOST_TEST(store(before, before.session(), resumed) == "226");
    BOOST_TEST(resumed, "the old session's tickets are good for its data connections");
}

BOOST_AUTO_TEST_CASE(a_certificate_whose_files_change_is_noticed_by_itself) {
    gateway_lab own;
    const test_authority next("the next authority");
    const auto fresh = next.issue({"localhost", "127.0.0.1"});
    own.home().write("ftp.pem", fresh.certificate);
    own.home().write("ftp.key", fresh.private_key);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    bool trusted = false;
    while (!trusted && std::chrono::steady_clock::now() < deadline) {
        try {
            ftp_client client(own.ftp_port(), next.certificate());
            enter(client);
            trusted = true;
        } catch (const boost::system::system_error&) {
            std::this_thread::yield();  // still the old one
        }
    }
    BOOST_TEST(trusted);
}

BOOST_AUTO_TEST_CASE(what_was_sent_in_the_clear_does_not_count_as_sent_under_tls) {
    ftp_client client(lab().ftp_port(), lab().authority().certificate());
    client.connect();
    client.send_raw("AUTH TLS\r\nUSER mallory\r\nPASS x\r\n");
    client.reply("234");
    client.continue_tls();
    client.command("PWD", "530");
    client.log_in();
}

BOOST_AUTO_TEST_CASE(tls_that_is_required_is_asked_for_before_a_name_is_taken) {
    gateway_lab_options options;
    options.mode = "required";
    gateway_lab required(options);
    ftp_client client(required.ftp_port(), required.authority().certificate());
    client.connect();
    client.command("USER ann", "530");
    client.start_tls();
    client.log_in();
    client.command("PROT C", "534");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
