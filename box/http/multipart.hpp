#pragma once

#include <string>
#include <string_view>

namespace boxgate::box::http {

/// The frame of Box's two-part upload form: `attributes`, then the file. The request body is prefix, content, suffix; a
/// body that stops before the suffix is not a form, so Box stores nothing of it. Box: "Upload file".
struct multipart_frame {
    /// `random` (at least 16 letters or digits, fresh for each request) makes a boundary that content cannot contain by
    /// accident.
    multipart_frame(std::string_view attributes_json, std::string_view random);

    std::string content_type;
    std::string prefix;
    std::string suffix;
};

}  // namespace boxgate::box::http
