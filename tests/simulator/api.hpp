#pragma once

#include "tests/simulator/enterprise.hpp"
#include "tests/simulator/event_streams.hpp"
#include "tests/simulator/faults.hpp"
#include "tests/simulator/http.hpp"
#include "tests/simulator/journal.hpp"
#include "tests/simulator/rate_limits.hpp"
#include "tests/simulator/recorder.hpp"
#include "tests/simulator/slow_changes.hpp"
#include "tests/simulator/tokens.hpp"
#include "tests/simulator/tree.hpp"
#include "tests/simulator/upload_sessions.hpp"

#include <boost/json/object.hpp>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace box_simulator {

/// Box's three hosts in one handler: OAuth, API, uploads, downloads. Thread-safe.
class api {
public:
    api(enterprise& of, tree& items, upload_sessions& uploads, token_store& tokens, event_streams& streams,
        journal& requests, faults& waiting);

    http_response handle(const http_request& request, http_body& body);

    /// Exchanges are written there from now on. Outlives the api.
    void record_into(recorder* where) { recorder_ = where; }

    std::chrono::system_clock::time_point now() const {
        return std::chrono::system_clock::now() + std::chrono::seconds(clock_offset.load());
    }

    std::atomic<std::int64_t> clock_offset = 0;  ///< seconds that Box's clock is ahead
    std::atomic<int> latency_ms = 0;             ///< before every answer of the API
    std::atomic<int> download_202_count = 0;     ///< downloads that are "not ready yet"
    std::atomic<std::uint64_t> direct_upload_limit = 50ull * 1024 * 1024;
    std::atomic<std::int64_t> download_url_lifetime = 900;     ///< seconds
    std::atomic<std::uint64_t> upload_bytes_per_second = 0;    ///< of each request; 0: no limit
    std::atomic<std::uint64_t> download_bytes_per_second = 0;  ///< of each answer; 0: no limit

    rate_limits budgets;
    slow_changes folder_changes;

    struct exchange;  ///< one request with what is known of it

private:
    http_response route(exchange& with);
    http_response oauth(exchange& with);
    http_response users(exchange& with);
    http_response folders(exchange& with);
    http_response show(const exchange& with, const item& what) const;
    http_response list(exchange& with, const std::string& folder_id);
    http_response change_folder(const std::string& user, const std::string& id, std::function<http_response()> change);
    http_response files(exchange& with);
    http_response download(exchange& with, const std::string& id);
    http_response content(exchange& with);
    http_response events(exchange& with);
    http_response subscribe(exchange& with);
    http_response direct_upload(exchange& with, const std::string& file_id);
    http_response sessions(exchange& with);
    http_response put_part(exchange& with, const std::string& id);
    http_response commit(exchange& with, const std::string& id);
    void authenticate(exchange& with);
    void count(const exchange& with);
    std::string downloader(const std::string& path);
    std::string host_for(const exchange& with, const char* box_name) const;

    enterprise& enterprise_;
    tree& tree_;
    upload_sessions& uploads_;
    token_store& tokens_;
    event_streams& events_;
    journal& journal_;
    faults& faults_;
    recorder* recorder_ = nullptr;

    struct download_ticket {
        std::string user;
        std::string version_id;
        std::uint64_t size;
        std::chrono::system_clock::time_point expires;
    };
    std::mutex mutex_;
    std::map<std::string, download_ticket> downloads_;
};

/// "POST /files/{id}/content": the method and the path without its prefix and with ids replaced.
std::string endpoint_label(const std::string& method, const std::string& path);

}  // namespace box_simulator
