#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace box_simulator {

/// A request whose body is still to be read.
struct http_request {
    std::string method;
    std::string target;                          ///< path and query as they came
    std::string path;                            ///< decoded
    std::map<std::string, std::string> query;    ///< decoded
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string scheme_and_host;                 ///< as the client addresses this server, e.g. "https://127.0.0.1:8443"
    std::uint64_t connection = 0;
    bool through_proxy = false;

    std::string header(const std::string& lower_case_name) const {
        const auto at = headers.find(lower_case_name);
        return at == headers.end() ? std::string() : at->second;
    }
};

/// The connection broke, or is to be broken, in the middle of an exchange.
struct broken_connection {};

/// The body as it arrives.
class http_body {
public:
    virtual ~http_body() = default;
    /// 0 at the end; throws broken_connection when the connection ends before the body does.
    virtual std::size_t read(char* into, std::size_t size) = 0;
    std::string read_all(std::size_t limit);
};

struct http_response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// Content from a file instead of `body`: which, from where, how much.
    struct file_range {
        std::filesystem::path file;
        std::uint64_t offset = 0;
        std::uint64_t length = 0;
    };
    std::optional<file_range> content;
    std::optional<std::uint64_t> cut_after;  ///< break the connection after so many bytes of the body
    std::uint64_t bytes_per_second = 0;      ///< of `content`; 0: as fast as it goes
    bool damage = false;
    bool close = false;

    /// Told how many bytes of body went out, once all is sent or broken.
    std::function<void(std::uint64_t)> sent;
};

using http_handler = std::function<http_response(const http_request&, http_body&)>;

std::string url_decoded(const std::string& text, bool plus_is_space = false);
std::map<std::string, std::string> parse_form(const std::string& text);

}  // namespace box_simulator
