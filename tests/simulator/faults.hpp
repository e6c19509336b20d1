#pragma once

#include <boost/json/object.hpp>

#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace box_simulator {

/// What is to go wrong with the next requests that match.
struct fault {
    std::string match;  ///< an endpoint label, e.g. "POST /files/content"; "*" stands for any text
    std::string user;   ///< only this acting user; empty: all
    int count = 1;      ///< how often; -1: until cleared
    int status = 0;     ///< answer this instead; 0: the real answer
    std::map<std::string, std::string> headers;
    std::string body;
    int delay_ms = 0;
    bool freeze = false;                             ///< wait until the faults are cleared
    bool after = false;                              ///< what was asked is carried out first
    bool reset = false;                              ///< break the connection instead of answering
    std::optional<std::uint64_t> cut_after_bytes;    ///< break the connection after so much of the answer's body
    std::optional<std::uint64_t> cut_request_bytes;  ///< break it after so much of the request's body
    bool damage = false;                             ///< flip a bit of the content that is served, or directly uploaded

    bool damage_request = false;               ///< flip a bit of the content that is uploaded, on its way
    std::optional<std::uint64_t> answer_size;  ///< tell this size of the file that has been stored

    static fault from_json(const boost::json::object& from);
};

/// The faults that are waiting to happen. Thread-safe.
class faults {
public:
    void add(fault what);
    void clear();
    void clear_of(const std::string& user);  ///< those that are meant for this user alone
    std::size_t taken() const;               ///< how many requests have met one

    /// The first that fits, counted down.
    std::optional<fault> take(const std::string& endpoint, const std::string& user);

    /// Waits as `what` says; a frozen request waits for clear() or stop().
    void wait(const fault& what);
    void stop();

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::list<fault> waiting_;
    std::uint64_t cleared_ = 0;
    std::size_t taken_ = 0;
    bool stopped_ = false;
};

}  // namespace box_simulator
