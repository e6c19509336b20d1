// The account's rates: what a client reads and writes is slowed down, everything else of its session is not.
#include "tests/unit/sftp/sftp_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(server_pace)

using namespace std::chrono_literals;
using boxgate::runtime::pace;
using boxgate::sftp::fx;
using boxgate::sftp::options;
using boxgate::sftp::packet;
using boxgate::sftp::write_pace;
using boxgate::testing::sftp_lab;
using boxgate::testing::sftp_packet;

namespace {

constexpr std::uint32_t storing = 0x1a;

// A second's worth goes at once; here it is gone already.
std::shared_ptr<pace> spent(std::uint64_t rate) {
    const auto limit = std::make_shared<pace>(rate);
    limit->take(rate, pace::clock::now());
    return limit;
}

options uploading_at(std::uint64_t rate) {
    options limits;
    limits.upload_pace = spent(rate);
    return limits;
}

options downloading_at(std::uint64_t rate) {
    options limits;
    limits.download_pace = spent(rate);
    return limits;
}

}  // namespace

BOOST_AUTO_TEST_CASE(reads_come_at_the_rate_and_what_is_asked_meanwhile_at_once) {
    sftp_lab lab(downloading_at(100'000));
    lab.tree->add_file("/f", std::string(20'000, 'x'));
    lab.greet();
    const auto file = lab.open("/f", 1);
    const auto begin = pace::clock::now();
    lab.send(lab.make_read(1, file, 0, 10'000));
    lab.send(lab.make_read(2, file, 10'000, 10'000));
    BOOST_TEST(lab.path_request(packet::stat, "/f").size() == 20'000u);
    lab.settle();  // comes back at once: nothing turns while the answers wait
    BOOST_TEST(!lab.has_reply(1));
    BOOST_TEST(lab.server->requests_under_way());
    BOOST_TEST(lab.reply(1).string() == std::string(10'000, 'x'));
    BOOST_TEST(!lab.has_reply(2));
    BOOST_TEST(lab.reply(2).string() == std::string(10'000, 'x'));
    BOOST_TEST((pace::clock::now() - begin >= 180ms));
    BOOST_TEST((lab.read(file, 20'000, 100).code() == fx::eof));
    BOOST_TEST((lab.close(file).code() == fx::ok));
}

BOOST_AUTO_TEST_CASE(writes_are_answered_at_the_rate_and_what_is_asked_behind_them_at_once) {
    sftp_lab lab(uploading_at(100'000));
    lab.greet();
    const auto file = lab.open("/f", storing);
    const auto begin = pace::clock::now();
    lab.send(lab.make_write(1, file, 0, std::string(10'000, 'x')));
    lab.send(lab.make_write(2, file, 10'000, std::string(10'000, 'y')));
    BOOST_TEST(lab.path_request(packet::stat, "/f").size() == 20'000u);
    lab.settle();
    BOOST_TEST(!lab.has_reply(1));
    BOOST_TEST(lab.server->requests_under_way());
    BOOST_TEST((lab.reply(1).code() == fx::ok));
    BOOST_TEST(!lab.has_reply(2));
    BOOST_TEST((lab.reply(2).code() == fx::ok));
    BOOST_TEST((pace::clock::now() - begin >= 180ms));
    BOOST_TEST((lab.close(file).code() == fx::ok));
    BOOST_TEST((lab.tree->bytes("/f") == std::string(10'000, 'x') + std::string(10'000, 'y')));
    BOOST_TEST(!lab.server->requests_under_way());
}

BOOST_AUTO_TEST_CASE(who_does_not_wait_for_answers_is_not_read_beyond_a_bound) {
    constexpr std::size_t size = 2 * write_pace::most_ahead;
    sftp_lab lab(uploading_at(20'000'000));
    lab.greet();
    const auto file = lab.open("/f", storing);
    std::uint32_t id = 0;
    for (std::size_t at = 0; at < size; at += 128 * 1024) {
        lab.send(lab.make_write(++id, file, at, std::string(128 * 1024, 'x')));
    }
    lab.settle();
    BOOST_TEST(lab.unsent() > write_pace::most_ahead / 2);
    for (std::uint32_t each = 1; each <= id; ++each) BOOST_TEST((lab.reply(each).code() == fx::ok));
    BOOST_TEST((lab.close(file).code() == fx::ok));
    BOOST_TEST(lab.tree->find("/f").size == size);
}

BOOST_AUTO_TEST_CASE(sessions_of_an_account_share_its_rate) {
    const auto limits = uploading_at(100'000);
    sftp_lab one(limits), other(limits);
    one.greet();
    other.greet();
    const auto mine = one.open("/f", storing);
    const auto its = other.open("/f", storing);
    const auto begin = pace::clock::now();
    one.send(one.make_write(1, mine, 0, std::string(10'000, 'x')));
    BOOST_TEST((other.write(its, 0, std::string(1000, 'x')).code() == fx::ok));
    BOOST_TEST((pace::clock::now() - begin >= 95ms));
}

BOOST_AUTO_TEST_CASE(a_session_may_end_while_answers_wait) {
    options limits = uploading_at(1000);
    limits.download_pace = spent(1000);
    sftp_lab lab(limits);
    lab.tree->add_file("/f", std::string(20'000, 'x'));
    lab.greet();
    lab.send(lab.make_write(1, lab.open("/new", storing), 0, std::string(20'000, 'x')));
    lab.send(lab.make_read(2, lab.open("/f", 1), 0, 20'000));
    lab.settle();
    lab.server->end_of_input();
    BOOST_TEST(!lab.server->ended());
    lab.server.reset();
    lab.context.restart();
    lab.context.poll();
    BOOST_TEST(lab.blocks->blocks_in_use() == 0u);
    BOOST_TEST(lab.tree->open_sinks + lab.tree->open_sources == 0);
}

BOOST_AUTO_TEST_SUITE_END()
