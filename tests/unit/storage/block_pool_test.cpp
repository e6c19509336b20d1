#include "protocol/storage/block.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <thread>

namespace asio = boost::asio;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(block_pool)

// A suite is a namespace: inside it, its name must mean the class again.
using boxgate::storage::block;
using boxgate::storage::block_pool;

namespace {

std::vector<block> spend(block_pool& pool) {
    std::vector<block> all;
    while (auto taken = pool.try_acquire()) all.push_back(std::move(*taken));
    return all;
}

// One asker: what became of it, and the means to cancel it.
struct asker {
    void ask(asio::io_context& context, block_pool& pool, std::chrono::steady_clock::duration patience,
             std::function<void()> on_end = {}, block_pool::purpose what_for = block_pool::purpose::transfer) {
        asio::co_spawn(context, pool.acquire(patience, what_for),
                       asio::bind_cancellation_slot(signal.slot(), [this, on_end](std::exception_ptr error, auto got) {
                           ended = true;
                           failure = error;
                           taken = std::move(got);
                           if (on_end) on_end();
                       }));
    }

    asio::cancellation_signal signal;
    bool ended = false;
    std::exception_ptr failure;
    std::optional<block> taken;
};

boost::system::error_code code_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const boost::system::system_error& thrown) {
        return thrown.code();
    }
}

struct wait_counts : boxgate::runtime::telemetry {
    void waited(std::string_view reason, std::chrono::steady_clock::duration) override { waits.emplace_back(reason); }
    std::vector<std::string> waits;
};

struct fixture {
    fixture() : pool(block_pool::create(4 * block::capacity, counts)) {}

    wait_counts counts;
    std::shared_ptr<block_pool> pool;
    asio::io_context context;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(the_budget_is_whole_blocks_and_at_least_four, fixture) {
    BOOST_TEST(block_pool::create(0)->blocks_total() == 4u);
    BOOST_TEST(block_pool::create(5 * block::capacity + 1)->blocks_total() == 5u);
}

BOOST_FIXTURE_TEST_CASE(who_waits_is_counted, fixture) {
    asker at_once;
    at_once.ask(context, *pool, 1min);
    context.run();
    BOOST_TEST(counts.waits.empty());
    auto all = spend(*pool);
    asker waits;
    waits.ask(context, *pool, 1min);
    context.restart();
    context.poll();
    all.pop_back();
    context.run();
    BOOST_TEST(waits.taken.has_value());
    BOOST_TEST(counts.waits == std::vector<std::string>{"transfer_memory"});
}

BOOST_FIXTURE_TEST_CASE(no_more_than_the_budget_is_lent, fixture) {
    auto all = spend(*pool);
    BOOST_TEST(all.size() == 4u);
    BOOST_TEST(pool->blocks_in_use() == 4u);
    BOOST_TEST(!pool->try_acquire().has_value());
    all.pop_back();
    BOOST_TEST(pool->try_acquire().has_value());
}

BOOST_FIXTURE_TEST_CASE(an_asker_gets_a_free_block_at_once, fixture) {
    asker one;
    one.ask(context, *pool, 1h);
    context.run_for(5s);
    BOOST_REQUIRE(one.taken.has_value());
    BOOST_TEST(one.taken->empty());
    BOOST_TEST(one.taken->room().size() == block::capacity);
}

BOOST_FIXTURE_TEST_CASE(askers_are_served_in_order_one_for_each_block_given_back, fixture) {
    auto all = spend(*pool);
    asker askers[3];
    std::vector<int> order;
    for (int i = 0; i < 3; ++i) askers[i].ask(context, *pool, 1h, [&order, i] { order.push_back(i); });
    context.poll();
    BOOST_TEST(order.empty());
    all.pop_back();
    context.restart();
    context.poll();
    BOOST_TEST((order == std::vector<int>{0}));
    all.clear();
    context.restart();
    context.run_for(5s);
    BOOST_TEST((order == std::vector<int>{0, 1, 2}));
    for (const auto& each : askers) BOOST_TEST(each.taken.has_value());
}

BOOST_FIXTURE_TEST_CASE(nobody_jumps_the_line, fixture) {
    auto all = spend(*pool);
    asker waiting;
    waiting.ask(context, *pool, 1h);
    context.poll();
    all.pop_back();  // granted to the one in line, before it has run
    BOOST_TEST(!pool->try_acquire().has_value());
    context.restart();
    context.run_for(5s);
    BOOST_TEST(waiting.taken.has_value());
}

BOOST_FIXTURE_TEST_CASE(an_eighth_is_kept_for_what_sends, fixture) {
    const auto large = block_pool::create(16 * block::capacity);
    BOOST_TEST(!large->is_spent());
    auto all = spend(*large);
    BOOST_TEST(all.size() == 14u);
    BOOST_TEST(large->is_spent());
    asker transfer, senders[3];
    std::string order;
    transfer.ask(context, *large, 1h, [&order] { order += 't'; });
    for (auto& sender : senders) {
        sender.ask(
            context, *large, 1h, [&order] { order += 's'; }, block_pool::purpose::sending);
    }
    context.poll();
    BOOST_TEST(order == "ss");
    // What comes back goes to those who send first, and to the others not out of the reserve.
    all.pop_back();
    context.restart();
    context.poll();
    BOOST_TEST(order == "sss");
    for (auto& sender : senders) sender.taken.reset();
    context.restart();
    context.run_for(5s);
    BOOST_TEST(order == "ssst");
    BOOST_TEST(large->blocks_in_use() == 14u);
}

BOOST_FIXTURE_TEST_CASE(impatience_ends_the_wait_without_a_block, fixture) {
    const auto all = spend(*pool);
    asker hasty;
    hasty.ask(context, *pool, 1ms);
    context.run_for(5s);
    BOOST_TEST(hasty.ended);
    BOOST_TEST(!hasty.failure);
    BOOST_TEST(!hasty.taken.has_value());
    BOOST_TEST(pool->blocks_in_use() == 4u);
}

BOOST_FIXTURE_TEST_CASE(who_lost_patience_has_left_the_line, fixture) {
    auto all = spend(*pool);
    asker hasty, patient;
    hasty.ask(context, *pool, 1ms);
    patient.ask(context, *pool, 1h, [this] { context.stop(); });
    while (!hasty.ended) context.run_one_for(5s);
    all.pop_back();
    context.run_for(5s);
    BOOST_TEST(!hasty.taken.has_value());
    BOOST_TEST(patient.taken.has_value());
}

BOOST_FIXTURE_TEST_CASE(cancellation_leaves_the_line_and_throws_operation_aborted, fixture) {
    auto all = spend(*pool);
    asker leaving, staying;
    leaving.ask(context, *pool, 1h);
    staying.ask(context, *pool, 1h);
    context.poll();
    leaving.signal.emit(asio::cancellation_type::terminal);
    context.restart();
    context.poll();
    BOOST_REQUIRE(leaving.ended);
    BOOST_REQUIRE(leaving.failure);
    BOOST_TEST(code_of(leaving.failure) == asio::error::operation_aborted);
    all.pop_back();
    context.restart();
    context.run_for(5s);
    BOOST_TEST(staying.taken.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_block_granted_to_somebody_who_is_cancelled_is_not_lost, fixture) {
    auto all = spend(*pool);
    asker leaving;
    leaving.ask(context, *pool, 1h);
    context.poll();
    all.pop_back();
    leaving.signal.emit(asio::cancellation_type::terminal);
    context.restart();
    context.run_for(5s);
    BOOST_TEST(leaving.ended);
    leaving.taken.reset();
    all.clear();
    BOOST_TEST(pool->blocks_in_use() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_waiter_destroyed_in_its_sleep_leaves_the_line, fixture) {
    auto all = spend(*pool);
    {
        asio::io_context short_lived;
        asker gone;
        gone.ask(short_lived, *pool, 1h);
        short_lived.poll();
    }
    all.clear();
    BOOST_TEST(pool->blocks_in_use() == 0u);
    BOOST_TEST(pool->try_acquire().has_value());
}

BOOST_FIXTURE_TEST_CASE(a_grant_to_a_waiter_that_is_destroyed_before_it_runs_goes_back, fixture) {
    auto all = spend(*pool);
    {
        asio::io_context short_lived;
        asker gone;
        gone.ask(short_lived, *pool, 1h);
        short_lived.poll();
        all.pop_back();
    }
    all.clear();
    BOOST_TEST(pool->blocks_in_use() == 0u);
}

BOOST_FIXTURE_TEST_CASE(blocks_given_back_on_other_threads_wake_waiters, fixture) {
    constexpr int rounds = 2000;
    std::atomic<int> ended = 0;
    const auto borrow = [](std::shared_ptr<block_pool> from, std::atomic<int>& count) -> asio::awaitable<void> {
        for (int i = 0; i < rounds; ++i) {
            const auto taken = co_await from->acquire(1min);
            if (!taken) throw std::runtime_error("no block within a minute");
        }
        ++count;
    };
    asio::io_context contexts[2];
    std::exception_ptr failure;
    std::mutex mutex;
    for (int i = 0; i < 12; ++i) {
        asio::co_spawn(contexts[i % 2], borrow(pool, ended), [&](std::exception_ptr error) {
            const std::lock_guard lock(mutex);
            if (error) failure = error;
        });
    }
    std::thread other([&] { contexts[1].run_for(50s); });
    contexts[0].run_for(50s);
    other.join();
    BOOST_TEST(!failure);
    BOOST_TEST(ended == 12);
    BOOST_TEST(pool->blocks_in_use() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
