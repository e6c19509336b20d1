#pragma once

#include "tests/simulator/api.hpp"
#include "tests/simulator/digest.hpp"
#include "tests/simulator/pace.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace box_simulator {

/// One request on its way through the API.
struct api::exchange {
    exchange(const http_request& request_head, http_body& request_body, std::uint64_t bytes_per_second)
        : request(request_head), body(request_body), speed_(bytes_per_second) {}

    const http_request& request;
    http_body& body;
    std::vector<std::string> parts;  ///< the path's, behind /2.0 or /api/2.0
    bool upload_host = false;
    std::string user;    ///< who acts
    std::string caller;  ///< whose token it is
    std::optional<fault> broken;
    std::string made_session;  ///< the id of an upload session that this request has opened
    std::uint64_t request_bytes = 0;

    const boost::json::object& json();  ///< the body; throws box_error 400
    /// For the record, where json() does not read the body: the fields of a form.
    void has_body(boost::json::object fields) { json_ = std::move(fields); }
    boost::json::value recorded_body() const { return json_.value_or(nullptr); }
    std::set<std::string> fields() const;
    std::string if_match() const { return request.header("if-match"); }

    /// Receives the body into `file` and hashes it; counts against a fault that cuts requests off.
    std::string receive(const std::filesystem::path& file, std::uint64_t limit, std::uint64_t& size);
    std::size_t read(char* into, std::size_t n);
    /// What comes of the content, as a fault may have left it; `before` is how much came before.
    std::string arrived(const char* bytes, std::size_t n, std::uint64_t before) const;

private:
    pace speed_;
    std::optional<boost::json::value> json_;
};

http_response json_answer(int status, const boost::json::value& content);

/// A text field of an object; empty if absent.
std::string text(const boost::json::object& from, const char* name);
/// The id in a nested {"parent": {"id": "..."}}; nullopt if absent.
std::optional<std::string> parent_of(const boost::json::object& from);

}  // namespace box_simulator
