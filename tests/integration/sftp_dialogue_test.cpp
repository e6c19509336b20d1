// put and get over SFTP lose their client after every step: nothing may be held afterwards, and the file is the old one
// unless CLOSE was sent.
#include "tests/integration/gateway_lab.hpp"
#include "tests/integration/sftp_client.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>

namespace boxgate::testing {

namespace {

void begin(dialogue& steps, sftp_client& client) {
    steps.step("connect, key exchange", [&] { client.connect(); });
    steps.step("password", [&] { client.log_in(); });
    steps.step("channel", [&] { client.open_channel(); });
    steps.step("subsystem", [&] { client.request_subsystem(); });
    steps.step("INIT", [&] { client.hello(); });
}

void put(dialogue& steps, sftp_client& client, const std::string& content) {
    begin(steps, client);
    const auto third = content.size() / 3;
    steps.step("OPEN", [&] { client.open("/kept", O_WRONLY | O_CREAT | O_TRUNC); });
    for (std::size_t at = 0; at < content.size(); at += third + 1) {
        steps.step("WRITE from " + std::to_string(at),
                   [&client, &content, at, third] { client.write(std::string_view(content).substr(at, third + 1)); });
    }
    steps.step("CLOSE", [&] { client.close_file(); });
    steps.step("disconnect", [&] { client.leave(); });
}

void get(dialogue& steps, sftp_client& client, const std::string& content) {
    begin(steps, client);
    steps.step("OPEN", [&] { client.open("/fetched", O_RDONLY); });
    steps.step("READ of half",
               [&] { BOOST_TEST((client.read(content.size() / 2) == content.substr(0, content.size() / 2))); });
    steps.step("READ to the end",
               [&] { BOOST_TEST((client.read(content.size()) == content.substr(content.size() / 2))); });
    steps.step("CLOSE", [&] { client.close_file(); });
    steps.step("disconnect", [&] { client.leave(); });
}

void check_puts(std::size_t size, loss how) {
    const std::string fresh(size, 'n');
    sftp_client counted(lab().sftp_port());
    dialogue all;
    put(all, counted, fresh);
    for (std::size_t count = 0; count <= all.size(); ++count) {
        BOOST_TEST_CONTEXT("lost (" << to_string(how) << ") after " << (count == 0 ? "nothing" : all.name(count - 1))) {
            lab().seed("/kept", "the old file");
            sftp_client client(lab().sftp_port());
            dialogue steps;
            put(steps, client, fresh);
            steps.run(count);
            client.lose(how);
            BOOST_TEST(lab().held_in_the_end() == "");
            // CLOSE and what follows it are the last two steps.
            const auto expected = count + 2 <= all.size() ? std::string("the old file") : fresh;
            BOOST_TEST((lab().stored("/kept") == expected));
        }
    }
    BOOST_TEST_MESSAGE("put of " << size << " bytes, " << to_string(how) << ": " << all.size()
                                 << " steps, failed after each");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_dialogue)

BOOST_AUTO_TEST_CASE(puts) {
    for (const std::size_t size : {1000, 700'000}) {
        for (const auto how : {loss::closed, loss::reset}) check_puts(size, how);
    }
}

BOOST_AUTO_TEST_CASE(gets) {
    const std::string content(1'500'000, 'g');
    lab().seed("/fetched", content);
    for (const auto how : {loss::closed, loss::reset}) {
        sftp_client counted(lab().sftp_port());
        dialogue all;
        get(all, counted, content);
        for (std::size_t count = 0; count <= all.size(); ++count) {
            BOOST_TEST_CONTEXT("lost (" << to_string(how) << ") after "
                                        << (count == 0 ? "nothing" : all.name(count - 1))) {
                sftp_client client(lab().sftp_port());
                dialogue steps;
                get(steps, client, content);
                steps.run(count);
                client.lose(how);
                BOOST_TEST(lab().held_in_the_end() == "");
            }
        }
        BOOST_TEST_MESSAGE("get, " << to_string(how) << ": " << all.size() << " steps, failed after each");
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
