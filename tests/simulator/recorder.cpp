#include "tests/simulator/recorder.hpp"

#include "tests/simulator/http.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace box_simulator {

namespace json = boost::json;

namespace {

// Of a long list the first entries say enough.
constexpr std::size_t most_entries = 20;

json::value without_secrets(json::value body) {
    auto* fields = body.if_object();
    if (!fields) return body;
    for (const char* name : {"client_secret", "assertion", "access_token", "token"}) {
        if (auto* secret = fields->if_contains(name)) *secret = "(left out)";
    }
    if (auto* entries = fields->if_contains("entries")) {
        if (auto* list = entries->if_array(); list && list->size() > most_entries) list->resize(most_entries);
    }
    return body;
}

}  // namespace

recorder::recorder(const std::filesystem::path& file) : out_(file, std::ios::app) {
    if (!out_) throw std::runtime_error("cannot write " + file.string());
}

void recorder::add(const http_request& request, const json::value& body, const http_response& answer, bool as_asked) {
    json::object query, headers, answer_headers;
    for (const auto& [name, value] : request.query) query[name] = value;
    for (const char* name : {"content-md5", "content-range", "content-type", "digest", "if-match", "if-none-match",
                             "range", "as-user", "box-notifications"}) {
        if (const auto value = request.header(name); !value.empty()) headers[name] = value;
    }
    for (const auto& [name, value] : answer.headers) {
        if (name != "WWW-Authenticate") answer_headers[name] = value;
    }
    boost::system::error_code error;
    auto content = answer.body.empty() ? json::value(nullptr) : json::parse(answer.body, error);
    const json::object line{{"method", request.method},
                            {"path", request.path},
                            {"query", std::move(query)},
                            {"headers", std::move(headers)},
                            {"authorised", !request.header("authorization").empty()},
                            {"body", without_secrets(body)},
                            {"status", answer.status},
                            {"answer_headers", std::move(answer_headers)},
                            {"answer", error ? json::value(nullptr) : without_secrets(std::move(content))},
                            {"as_asked", as_asked}};
    const std::lock_guard lock(mutex_);
    out_ << json::serialize(line) << std::endl;
}

}  // namespace box_simulator
