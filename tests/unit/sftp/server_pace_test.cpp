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
constexpr std::uint64_t rate = 200'000;

struct paced_lab {
    explicit paced_lab(std::uint64_t bytes_per_second = rate)
        : limit(std::make_shared<pace>(bytes_per_second)), per_second(bytes_per_second) {}

    std::unique_ptr<sftp_lab> session() const {
        options limits;
        limits.upload_pace = limits.download_pace = limit;
        auto made = std::make_unique<sftp_lab>(limits);
        made->tree->add_file("/f", std::string(20'000, 'x'));
        made->greet();
        return made;
    }
    /// What was saved up is gone, and half a second's worth more: nothing is due while a test looks.
    pace::clock::time_point owe() const {
        const auto now = pace::clock::now();
        limit->take(per_second + per_second / 2, now);
        return now;
    }
    static bool passed(pace::clock::time_point since, std::chrono::milliseconds at_least) {
        return pace::clock::now() - since >= at_least;
    }

    std::shared_ptr<pace> limit;
    std::uint64_t per_second;
};

}  // namespace

BOOST_AUTO_TEST_CASE(reads_come_at_the_rate_and_what_is_asked_meanwhile_at_once) {
    const paced_lab account;
    const auto lab = account.session();
    const auto file = lab->open("/f", 1);
    const auto since = account.owe();
    lab->send(lab->make_read(1, file, 0, 10'000));
    lab->send(lab->make_read(2, file, 10'000, 10'000));
    BOOST_TEST(lab->path_request(packet::stat, "/f").size() == 20'000u);
    lab->settle();  // comes back at once: nothing turns while the answers wait
    BOOST_TEST(!lab->has_reply(1));
    BOOST_TEST(lab->server->requests_under_way());
    BOOST_TEST(lab->reply(1).string() == std::string(10'000, 'x'));
    BOOST_TEST(lab->reply(2).string() == std::string(10'000, 'x'));
    BOOST_TEST(paced_lab::passed(since, 590ms));
    BOOST_TEST((lab->read(file, 20'000, 100).code() == fx::eof));
    BOOST_TEST((lab->close(file).code() == fx::ok));
}

BOOST_AUTO_TEST_CASE(writes_are_answered_at_the_rate_and_what_is_asked_behind_them_at_once) {
    const paced_lab account;
    const auto lab = account.session();
    const auto file = lab->open("/new", storing);
    const auto since = account.owe();
    lab->send(lab->make_write(1, file, 0, std::string(10'000, 'x')));
    lab->send(lab->make_write(2, file, 10'000, std::string(10'000, 'y')));
    BOOST_TEST(lab->path_request(packet::stat, "/new").size() == 20'000u);
    lab->settle();
    BOOST_TEST(!lab->has_reply(1));
    BOOST_TEST(lab->server->requests_under_way());
    BOOST_TEST((lab->reply(1).code() == fx::ok));
    BOOST_TEST((lab->reply(2).code() == fx::ok));
    BOOST_TEST(paced_lab::passed(since, 590ms));
    BOOST_TEST((lab->close(file).code() == fx::ok));
    BOOST_TEST((lab->tree->bytes("/new") == std::string(10'000, 'x') + std::string(10'000, 'y')));
    BOOST_TEST(!lab->server->requests_under_way());
}

BOOST_AUTO_TEST_CASE(who_does_not_wait_for_answers_is_not_read_beyond_a_bound) {
    constexpr std::size_t size = 2 * write_pace::most_ahead;
    const paced_lab account(20'000'000);
    const auto lab = account.session();
    const auto file = lab->open("/new", storing);
    account.owe();
    std::uint32_t id = 0;
    for (std::size_t at = 0; at < size; at += 128 * 1024) {
        lab->send(lab->make_write(++id, file, at, std::string(128 * 1024, 'x')));
    }
    lab->settle();
    BOOST_TEST(lab->unsent() > write_pace::most_ahead / 2);
    for (std::uint32_t each = 1; each <= id; ++each) BOOST_TEST((lab->reply(each).code() == fx::ok));
    BOOST_TEST((lab->close(file).code() == fx::ok));
    BOOST_TEST(lab->tree->find("/new").size == size);
}

BOOST_AUTO_TEST_CASE(sessions_of_an_account_share_its_rate) {
    const paced_lab account;
    const auto one = account.session();
    const auto other = account.session();
    const auto mine = one->open("/new", storing);
    const auto its = other->open("/new", storing);
    const auto since = account.owe();
    one->send(one->make_write(1, mine, 0, std::string(10'000, 'x')));
    BOOST_TEST((other->write(its, 0, std::string(10'000, 'x')).code() == fx::ok));
    BOOST_TEST(paced_lab::passed(since, 590ms));
}

BOOST_AUTO_TEST_CASE(a_session_may_end_while_answers_wait) {
    const paced_lab account;
    const auto lab = account.session();
    const auto written = lab->open("/new", storing);
    const auto read = lab->open("/f", 1);
    account.owe();
    lab->send(lab->make_write(1, written, 0, std::string(20'000, 'x')));
    lab->send(lab->make_read(2, read, 0, 20'000));
    lab->settle();
    lab->server->end_of_input();
    BOOST_TEST(!lab->server->ended());
    lab->server.reset();
    lab->context.restart();
    lab->context.poll();
    BOOST_TEST(lab->blocks->blocks_in_use() == 0u);
    BOOST_TEST(lab->tree->open_sinks + lab->tree->open_sources == 0);
}

BOOST_AUTO_TEST_SUITE_END()
