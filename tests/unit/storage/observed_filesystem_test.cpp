#include "protocol/storage/observed_filesystem.hpp"

#include "protocol/storage/guarded_filesystem.hpp"
#include "tests/support/memory_filesystem.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(observed_filesystem)

namespace asio = boost::asio;
using namespace boxgate::storage;
using boxgate::storage::access;
using boxgate::testing::memory_filesystem;
using boxgate::testing::memory_tree;
using boxgate::testing::run_coro;

namespace {

path at(const char* text) {
    return path::parse(text).value();
}

class counter final : public boxgate::runtime::telemetry {
public:
    void operation(std::string_view protocol, std::string_view verb, std::string_view outcome,
                   std::chrono::steady_clock::duration) override {
        told.push_back(std::string(protocol) + " " + std::string(verb) + " " + std::string(outcome));
    }
    void moved(std::string_view, std::string_view, std::uint64_t n) override { bytes += n; }

    std::vector<std::string> told;
    std::uint64_t bytes = 0;
};

struct lab {
    lab() {
        tree->add_file("/file", "content");
        auto inner = std::make_unique<memory_filesystem>(tree, block_pool::create(4 * 1024 * 1024));
        call_context who("s-1", "ann", "192.0.2.1", "sftp");
        files = std::make_unique<boxgate::storage::observed_filesystem>(std::move(inner), std::move(who), log, counts);
    }
    template <class T>
    T run(asio::awaitable<T> work) {
        return run_coro(context, std::move(work));
    }
    bool logged(std::string_view words) const { return lines.find(words) != std::string::npos; }

    asio::io_context context;
    std::shared_ptr<memory_tree> tree = std::make_shared<memory_tree>();
    std::string lines;
    boxgate::runtime::log log{boxgate::runtime::log_format::human, boxgate::runtime::log_level::info,
                              [this](std::string_view line) { lines += line; }};
    counter counts;
    std::unique_ptr<filesystem> files;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_download_is_told_when_it_ends) {
    lab on;
    {
        auto file = on.run(on.files->open_read(at("/file")));
        BOOST_REQUIRE(file.has_value());
        BOOST_REQUIRE(on.run((*file)->read(0, 100)).has_value());
        BOOST_TEST(on.lines.empty());
    }
    BOOST_TEST(on.logged("download session=s-1 login=ann peer=192.0.2.1 protocol=sftp path=/file outcome=ok bytes=7"));
    BOOST_TEST(on.counts.told == std::vector<std::string>{"sftp download ok"}, boost::test_tools::per_element());
    BOOST_TEST(on.counts.bytes == 7U);
}

BOOST_AUTO_TEST_CASE(a_download_that_stops_half_way_is_incomplete) {
    lab on;
    on.run(on.run(on.files->open_read(at("/file"))).value()->read(0, 3)).value();
    BOOST_TEST(on.logged("outcome=incomplete bytes=3"));
}

BOOST_AUTO_TEST_CASE(why_a_download_stopped_is_told_with_it) {
    lab on;
    {
        auto file = on.run(on.files->open_read(at("/file")));
        on.run((*file)->read(0, 3)).value();
        (*file)->note_failure(failure(errc::aborted, "the client left"));
        (*file)->note_failure(failure(errc::aborted, "a later reason"));
    }
    BOOST_TEST(on.logged("outcome=incomplete bytes=3"));
    BOOST_TEST(on.logged("reason=\"the client left\""));
}

BOOST_AUTO_TEST_CASE(an_upload_is_told_at_its_commit) {
    lab on;
    auto file = std::move(on.run(on.files->open_write(at("/new"), write_mode::create, std::nullopt)).value());
    BOOST_REQUIRE(on.run(file->commit([] { return true; })).has_value());
    BOOST_TEST(on.logged("upload "));
    BOOST_TEST(on.logged("path=/new outcome=ok bytes=0"));
    BOOST_TEST(on.logged("sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709"));
    file.reset();
    BOOST_TEST(on.counts.told.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_upload_that_is_dropped_is_aborted) {
    lab on;
    on.run(on.files->open_write(at("/new"), write_mode::create, std::nullopt)).value().reset();
    BOOST_TEST(on.logged("path=/new outcome=aborted"));
}

BOOST_AUTO_TEST_CASE(why_an_upload_was_dropped_is_told_with_it) {
    lab on;
    auto file = std::move(on.run(on.files->open_write(at("/new"), write_mode::create, std::nullopt)).value());
    file->note_failure(failure(errc::timeout, "no byte moved for 60 s"));
    file->note_failure(failure(errc::aborted, "a later reason"));
    file.reset();
    BOOST_TEST(on.logged("path=/new outcome=timeout"));
    BOOST_TEST(on.logged("reason=\"no byte moved for 60 s\""));
}

BOOST_AUTO_TEST_CASE(an_upload_that_was_not_needed_is_no_failure) {
    lab on;
    auto file = std::move(on.run(on.files->open_write(at("/new"), write_mode::create, std::nullopt)).value());
    file->withdraw();
    file.reset();
    BOOST_TEST(on.lines == "");
    BOOST_TEST(on.counts.told.empty());
}

BOOST_AUTO_TEST_CASE(failures_are_told_with_their_reason) {
    lab on;
    BOOST_TEST(on.run(on.files->remove_file(at("/none"))).has_error());
    BOOST_TEST(on.logged("delete session=s-1"));
    BOOST_TEST(on.logged("outcome=not_found"));
}

BOOST_AUTO_TEST_CASE(what_a_guard_in_front_refuses_is_told_too) {
    lab on;
    boxgate::storage::guarded_filesystem guarded(std::move(on.files), access::list);
    BOOST_TEST(on.run(guarded.make_directory(at("/dir"))).has_error());
    BOOST_TEST(on.logged("mkdir session=s-1"));
    BOOST_TEST(on.logged("path=/dir outcome=denied"));
    BOOST_TEST(on.logged("'mkdir' permission"));
}

BOOST_AUTO_TEST_SUITE_END()
