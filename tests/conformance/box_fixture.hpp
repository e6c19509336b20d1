#pragma once

#include "box/engine.hpp"
#include "tests/conformance/fixture.hpp"
#include "tests/simulator/simulator.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace boxgate::testing {

/// The rooms as the server puts them together: one worker, a control thread, a disk pool, and the simulator for Box.
/// Direct uploads end at 4 MiB and parts have 1 MiB, so that the cases are quick; Box's own figures are tried by the
/// client tests.
class box_fixture final : public fixture {
public:
    static constexpr std::size_t direct_limit = 4 * 1024 * 1024;
    static constexpr std::size_t part_size = 1024 * 1024;
    static constexpr const char* login = "alice@example.com";
    static constexpr const char* user_id = "2003";

    using adjustment = std::function<void(box::options&)>;
    /// `adjust` may change what the engine is made with; `memory` is the transfer memory in bytes.
    explicit box_fixture(const adjustment& adjust = {}, std::size_t memory = 0);
    ~box_fixture() override;

    boost::asio::io_context& context() override { return context_; }
    const std::shared_ptr<storage::block_pool>& blocks() override { return blocks_; }
    std::unique_ptr<storage::filesystem> open(bool refuse_case_clash) override;
    std::optional<std::string> stored(std::string_view path) override;
    void seed_files(std::string_view directory, std::size_t count) override;
    void refuse_next_store() override;
    std::string leftovers() override;
    std::optional<std::size_t> large() const override { return direct_limit; }

    // A look behind it.
    box_simulator::simulator& box() { return *simulator_; }
    box::engine& engine() { return *engine_; }
    boost::asio::any_io_executor control() { return control_.get_executor(); }
    /// The item at a path of the user, as Box has it.
    std::optional<box_simulator::item> item_at(std::string_view path);
    /// How many calls of an endpoint ("PUT /files/upload_sessions/{id}") were answered so far.
    std::size_t calls(std::string_view endpoint);
    /// Lets the context run until `holds`; false if that takes more than 10 s.
    bool run_until(const std::function<bool()>& holds);

private:
    temp_dir home_;
    runtime::system_clock clock_;
    runtime::log log_;
    boost::asio::io_context context_;
    boost::asio::io_context control_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> control_work_ =
        boost::asio::make_work_guard(control_);
    boost::asio::thread_pool disk_{2};
    std::thread control_thread_;
    std::shared_ptr<storage::block_pool> blocks_;
    std::optional<box_simulator::simulator> simulator_;
    std::optional<box::engine> engine_;
    std::unique_ptr<storage::provider> provider_;
};

}  // namespace boxgate::testing
