// STOR, RETR and MLSD lose their client after every step: nothing may be held afterwards, and the file is the old one
// unless the new one was whole.
#include "tests/integration/ftp_client.hpp"
#include "tests/integration/gateway_lab.hpp"

#include <boost/test/unit_test.hpp>

namespace boxgate::testing {

namespace {

std::string text_of(std::size_t size, char seed) {
    std::string text(size, '\0');
    std::uint32_t state = static_cast<unsigned char>(seed);
    for (auto& c : text) c = static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
    return text;
}

using script = void (*)(dialogue&, ftp_client&);

void log_in(dialogue& steps, ftp_client& client, bool tls) {
    steps.step("connect", [&] { client.connect(); });
    if (tls) steps.step("AUTH TLS, PBSZ, PROT P", [&] { client.start_tls(); });
    steps.step("USER", [&] { client.command("USER ann", "331"); });
    steps.step("PASS", [&] { client.command("PASS secret", "230"); });
    steps.step("TYPE I", [&] { client.command("TYPE I", "200"); });
    steps.step("PASV", [&] { client.passive(); });
}

void data_connection(dialogue& steps, ftp_client& client, const std::string& command) {
    steps.step(command + " sent", [&client, command] { client.send_line(command); });
    steps.step("150", [&] { client.reply("150"); });
    steps.step("data connection", [&] { client.connect_data(); });
    steps.step("data connection secured", [&] { client.secure_data(); });
}

void store(dialogue& steps, ftp_client& client, const std::string& content, bool tls) {
    log_in(steps, client, tls);
    data_connection(steps, client, "STOR /kept");
    const auto half = content.size() / 2;
    steps.step("half of the data",
               [&client, &content, half] { client.send_data(std::string_view(content).substr(0, half)); });
    steps.step("the rest of the data",
               [&client, &content, half] { client.send_data(std::string_view(content).substr(half)); });
    steps.step("end of data", [&] { client.finish_data(); });
    steps.step("226", [&] { client.reply("226"); });
    steps.step("QUIT", [&] { client.command("QUIT", "221"); });
}

// How many steps of store() come before the end of the data.
std::size_t steps_before_end(const dialogue& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps.name(i) == "end of data") return i;
    }
    return 0;
}

void check_stores(std::size_t size, bool tls, loss how) {
    const auto fresh = text_of(size, 'n');
    std::optional<std::string> trust;
    if (tls) trust = lab().authority().certificate();
    ftp_client counted(lab().ftp_port(), trust);
    dialogue all;
    store(all, counted, fresh, tls);
    for (std::size_t count = 0; count <= all.size(); ++count) {
        const auto last = count == 0 ? std::string("nothing") : all.name(count - 1);
        BOOST_TEST_CONTEXT("lost (" << to_string(how) << ") after " << last) {
            lab().seed("/kept", "the old file");
            ftp_client client(lab().ftp_port(), trust);
            dialogue steps;
            store(steps, client, fresh, tls);
            steps.run(count);
            client.lose(how);
            BOOST_TEST(lab().held_in_the_end() == "");
            const auto held = lab().stored("/kept");
            const bool is_old = held == "the old file";
            const bool is_new = held == fresh;
            const auto ended = steps_before_end(steps);
            if (count <= ended)
                BOOST_TEST(is_old, "Box has " << held.value_or("nothing").size() << " bytes");
            else if (count == ended + 1)
                BOOST_TEST((is_old || is_new));
            else
                BOOST_TEST(is_new, "226 was sent, and Box has " << held.value_or("nothing").size() << " bytes");
        }
    }
    BOOST_TEST_MESSAGE("STOR of " << size << " bytes" << (tls ? " over TLS" : "") << ", " << to_string(how) << ": "
                                  << all.size() << " steps, failed after each");
}

void fetch(dialogue& steps, ftp_client& client, const std::string& command, bool tls) {
    log_in(steps, client, tls);
    data_connection(steps, client, command);
    steps.step("data", [&] { BOOST_TEST(!client.read_data().empty()); });
    steps.step("data connection closed", [&] { client.finish_data(); });
    steps.step("226", [&] { client.reply("226"); });
    steps.step("QUIT", [&] { client.command("QUIT", "221"); });
}

void check_fetches(const std::string& command, bool tls, loss how) {
    std::optional<std::string> trust;
    if (tls) trust = lab().authority().certificate();
    ftp_client counted(lab().ftp_port(), trust);
    dialogue all;
    fetch(all, counted, command, tls);
    for (std::size_t count = 0; count <= all.size(); ++count) {
        BOOST_TEST_CONTEXT("lost (" << to_string(how) << ") after " << (count == 0 ? "nothing" : all.name(count - 1))) {
            ftp_client client(lab().ftp_port(), trust);
            dialogue steps;
            fetch(steps, client, command, tls);
            steps.run(count);
            client.lose(how);
            BOOST_TEST(lab().held_in_the_end() == "");
        }
    }
    BOOST_TEST_MESSAGE(command << (tls ? " over TLS" : "") << ", " << to_string(how) << ": " << all.size()
                               << " steps, failed after each");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ftp_dialogue)

BOOST_AUTO_TEST_CASE(stor_of_a_small_file) {
    for (const bool tls : {false, true}) {
        for (const auto how : {loss::closed, loss::reset}) check_stores(1000, tls, how);
    }
}

BOOST_AUTO_TEST_CASE(stor_of_a_spooled_file) {
    for (const bool tls : {false, true}) {
        for (const auto how : {loss::closed, loss::reset}) check_stores(700'000, tls, how);
    }
}

BOOST_AUTO_TEST_CASE(stor_of_a_file_that_needs_an_upload_session) {
    check_stores(51 * 1024 * 1024, false, loss::closed);
}

BOOST_AUTO_TEST_CASE(retr) {
    lab().seed("/large", text_of(3'000'000, 'r'));
    for (const bool tls : {false, true}) {
        for (const auto how : {loss::closed, loss::reset}) check_fetches("RETR /large", tls, how);
    }
}

BOOST_AUTO_TEST_CASE(mlsd) {
    for (int i = 0; i < 1500; ++i) lab().seed("/many/" + std::to_string(i), "x");
    for (const bool tls : {false, true}) {
        for (const auto how : {loss::closed, loss::reset}) check_fetches("MLSD /many", tls, how);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
