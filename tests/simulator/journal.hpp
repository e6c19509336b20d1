#pragma once

#include <boost/json/array.hpp>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace box_simulator {

/// One request, as it was answered.
struct journal_entry {
    std::uint64_t number = 0;   ///< counts from 1
    std::int64_t begin_us = 0;  ///< steady clock, microseconds
    std::int64_t end_us = 0;
    std::string endpoint;  ///< "POST /files/content": ids are replaced by {id}
    std::string path;      ///< as it came, with the query
    std::string user;      ///< the acting user's id; empty where there is none
    int status = 0;        ///< 0: the connection broke before an answer
    std::uint64_t request_bytes = 0;
    std::uint64_t response_bytes = 0;
    std::uint64_t connection = 0;
    bool through_proxy = false;
    bool as_user = false;             ///< an as-user header was sent
    bool token_at_data_host = false;  ///< a bearer token came to the host of the contents, or of the long poll
    std::string notifications;        ///< what the header box-notifications said
    std::string if_match;
    std::string retry_after;  ///< of the answer
};

/// Everything that was asked of Box, in the order of the answers. Thread-safe.
class journal {
public:
    void add(journal_entry entry);
    boost::json::array since(std::uint64_t number) const;
    boost::json::object counts() const;
    void reset();

private:
    mutable std::mutex mutex_;
    std::vector<journal_entry> entries_;
    std::uint64_t next_ = 1;
};

}  // namespace box_simulator
