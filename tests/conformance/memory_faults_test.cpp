#include "tests/support/memory_filesystem.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/test/unit_test.hpp>

// What the memory filesystem offers besides the port: tests of the protocols lean on it.

BOOST_AUTO_TEST_SUITE(memory_faults)

namespace asio = boost::asio;
using namespace boxgate::storage;
using namespace boxgate::testing;
using namespace std::chrono_literals;

namespace {

struct lab {
    asio::io_context context;
    std::shared_ptr<block_pool> blocks = block_pool::create(0);
    std::shared_ptr<memory_tree> tree = std::make_shared<memory_tree>();
    memory_filesystem files{tree, blocks};

    static path at(const char* text) { return path::parse(text).value(); }
    std::unique_ptr<sink> open(const char* where) {
        return std::move(run_coro(context, files.open_write(at(where), write_mode::replace, std::nullopt)).value());
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(planned_failures_hit_the_next_calls_only, lab) {
    tree->faults.fail_next(verb::stat, failure(errc::unavailable, "down"), 2);
    for (int i = 0; i < 2; ++i) BOOST_TEST(run_coro(context, files.stat(path())).error().code == errc::unavailable);
    BOOST_TEST(!run_coro(context, files.stat(path())).has_error());
    BOOST_TEST(tree->faults.calls(verb::stat) == 3u);
}

BOOST_FIXTURE_TEST_CASE(a_held_call_waits_for_its_release, lab) {
    tree->faults.hold(verb::stat);
    bool ended = false;
    asio::co_spawn(context, files.stat(path()), [&](std::exception_ptr, result<entry>) { ended = true; });
    context.poll();
    BOOST_TEST(!ended);
    BOOST_TEST(tree->faults.held(verb::stat) == 1u);
    tree->faults.release(verb::stat);
    context.restart();
    context.run_for(5s);
    BOOST_TEST(ended);
    BOOST_TEST(tree->faults.held(verb::stat) == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_held_call_whose_caller_leaves_is_forgotten, lab) {
    tree->faults.hold(verb::make_directory);
    asio::cancellation_signal leave;
    std::exception_ptr failure;
    asio::co_spawn(context, files.make_directory(at("/a")),
                   asio::bind_cancellation_slot(
                       leave.slot(), [&](std::exception_ptr error, const result<entry>&) { failure = error; }));
    context.poll();
    leave.emit(asio::cancellation_type::terminal);
    context.restart();
    context.run_for(5s);
    BOOST_TEST(!!failure);
    tree->faults.release(verb::make_directory);
    BOOST_TEST(!tree->exists("/a"));
}

BOOST_FIXTURE_TEST_CASE(a_held_commit_takes_effect_at_its_release_even_without_its_caller, lab) {
    tree->faults.hold(verb::commit);
    {
        asio::io_context short_lived;
        auto opened = open("/a");
        asio::co_spawn(short_lived, opened->commit([] { return true; }), asio::detached);
        short_lived.poll();
        BOOST_TEST(tree->faults.held(verb::commit) == 1u);
        BOOST_TEST(!tree->exists("/a"));
    }
    BOOST_TEST(tree->faults.held(verb::commit) == 1u);
    tree->faults.release(verb::commit);
    BOOST_TEST(tree->exists("/a"));
    BOOST_TEST(tree->open_sinks == 0);
}

BOOST_FIXTURE_TEST_CASE(a_byte_limit_fails_the_write_that_passes_it, lab) {
    tree->faults.fail_after(verb::write, 10, failure(errc::unavailable, "cut"));
    const auto opened = open("/a");
    const auto ten = [&] {
        auto data = *blocks->try_acquire();
        data.grow(10);
        return data;
    };
    BOOST_TEST(!run_coro(context, opened->write(0, ten())).has_error());
    BOOST_TEST(run_coro(context, opened->write(10, ten())).error().code == errc::unavailable);
}

BOOST_FIXTURE_TEST_CASE(counters_show_what_is_open_and_what_was_dropped, lab) {
    {
        const auto opened = open("/a");
        const auto listed = run_coro(context, files.list(path()));
        BOOST_TEST(tree->open_sinks == 1);
        BOOST_TEST(tree->open_listers == 1);
        BOOST_TEST(tree->open_filesystems == 1);
    }
    BOOST_TEST(tree->open_sinks == 0);
    BOOST_TEST(tree->open_listers == 0);
    BOOST_TEST(tree->dropped_sinks == 1u);
}

BOOST_AUTO_TEST_CASE(a_discarding_tree_keeps_sizes_and_reads_the_pattern) {
    asio::io_context context;
    const auto blocks = block_pool::create(0);
    const auto tree = std::make_shared<memory_tree>(memory_tree::mode::discard);
    tree->add_file("/big", std::uint64_t{5} << 30);
    memory_filesystem files(tree, blocks);
    const auto opened = run_coro(context, files.open_read(path::parse("/big").value()));
    BOOST_REQUIRE(!opened.has_error());
    const std::uint64_t offset = (std::uint64_t{4} << 30) + 12345;
    const auto got = run_coro(context, (*opened)->read(offset, block::capacity));
    BOOST_REQUIRE_EQUAL(got->size(), block::capacity);
    for (std::size_t i = 0; i < got->size(); i += 1000) {
        BOOST_REQUIRE(static_cast<std::uint64_t>(got->bytes()[i]) == (offset + i) % 251);
    }
}

BOOST_AUTO_TEST_CASE(a_provider_opens_the_root_it_is_told) {
    asio::io_context context;
    const auto tree = std::make_shared<memory_tree>();
    tree->add_file("/a/b/file", "text");
    memory_provider provider(block_pool::create(0));
    provider.add("ann", tree);
    const auto open = [&](std::string identity, std::string root, bool create) {
        mount what(std::move(identity), std::move(root), create, true);
        call_context who("1", "ann", "::1", "ftp");
        return run_coro(context, provider.open(std::move(what), std::move(who)));
    };
    BOOST_TEST(run_coro(context, open("ann", "/a/b", false).value()->stat(path::parse("/file").value()))->size == 4u);
    BOOST_TEST(!open("ann", "id:" + tree->find("/a").id, false).has_error());
    BOOST_TEST(open("ann", "/none", false).error().code == errc::not_found);
    BOOST_TEST(open("bob", "/", false).error().code == errc::denied);
    BOOST_TEST(!open("ann", "/made/new", true).has_error());
    BOOST_TEST(tree->exists("/made/new"));
    tree->faults.fail_next(verb::open, failure(errc::unavailable, "down"));
    BOOST_TEST(open("ann", "/", false).error().code == errc::unavailable);
}

BOOST_AUTO_TEST_SUITE_END()
