#pragma once

#include <boost/json/object.hpp>

#include <exception>
#include <map>
#include <optional>
#include <string>

namespace box_simulator {

/// An answer of Box's that is not a success; thrown by what notices it, sent by the server.
struct box_error : std::exception {
    box_error(int http_status, std::string error_code, std::string text)
        : status(http_status), code(std::move(error_code)), message(std::move(text)) {}

    const char* what() const noexcept override { return message.c_str(); }

    int status;
    std::string code;
    std::string message;
    std::optional<boost::json::object> conflict;  ///< the item in the way, where Box says which
    bool conflict_as_list = false;                ///< folders come in a list, files do not
    std::map<std::string, std::string> headers;
    bool empty_body = false;  ///< some of Box's refusals are only a header
};

}  // namespace box_simulator
