#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>

namespace box_simulator {

struct http_request;
struct http_response;

/// Writes every exchange as a line of JSON, so that requests and answers can be held against Box's OpenAPI document
/// afterwards. Secrets are left out: nothing is kept of headers but what the document speaks of. Thread-safe.
class recorder {
public:
    /// Throws std::runtime_error if the file cannot be made.
    explicit recorder(const std::filesystem::path& file);

    /// `body` is the request's, as a value: of a form its fields, of an upload form its attributes; null for none.
    /// `as_asked` is false where a fault has made the answer.
    void add(const http_request& request, const boost::json::value& body, const http_response& answer, bool as_asked);

private:
    std::mutex mutex_;
    std::ofstream out_;
};

}  // namespace box_simulator
