#pragma once

#include "box/http/transport.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace boxgate::testing {

/// What a scripted_transport was asked, with its body collected.
struct seen_request {
    box::http::method method;
    std::string url;
    box::http::fields headers;
    std::string body;
    std::optional<std::chrono::steady_clock::duration> patience;
};

/// The answers a scripted_transport gives, one per exchange in order, and what it was asked. An exchange that the
/// script does not foresee throws std::logic_error.
class transport_script {
public:
    using answer = boost::system::result<box::http::response, box::http::transport_error>;
    using header_list = std::vector<std::pair<std::string, std::string>>;

    explicit transport_script(const boost::asio::any_io_executor& executor)
        : released_(executor, boost::asio::steady_timer::time_point::max()) {}

    transport_script& answers(unsigned status, std::string body = {}, header_list headers = {});
    transport_script& fails(storage::errc code, bool maybe_received);
    /// The next step takes so long: it moves `time`, which outlives the script.
    transport_script& takes(std::chrono::steady_clock::duration length, std::chrono::steady_clock::time_point& time);
    /// An exchange that goes on until it is cancelled.
    transport_script& hangs();

    /// Called with each exchange, once it is noted and before it is answered.
    void at_each_request(std::function<void()> what) { at_each_ = std::move(what); }

    /// Exchanges are noted but not answered until release().
    void hold() { held_ = true; }
    void release();

    const std::vector<seen_request>& requests() const { return requests_; }
    std::size_t unplayed() const { return steps_.size(); }

    boost::asio::awaitable<answer> play(box::http::request what);

private:
    struct step {
        answer says;
        bool hangs = false;
        std::function<void()> before;
    };
    step& add(answer says);

    std::deque<step> steps_;
    std::function<void()> next_takes_;
    std::function<void()> at_each_;
    std::vector<seen_request> requests_;
    bool held_ = false;
    boost::asio::steady_timer released_;
};

/// A transport without a network.
class scripted_transport final : public box::http::transport {
public:
    explicit scripted_transport(std::shared_ptr<transport_script> script) : script_(std::move(script)) {}

    boost::asio::awaitable<transport_script::answer> exchange(box::http::request what) override {
        return script_->play(std::move(what));
    }

private:
    std::shared_ptr<transport_script> script_;
};

}  // namespace boxgate::testing
