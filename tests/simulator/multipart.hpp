#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace box_simulator {

/// Reads Box's upload form as it streams in: the part "attributes", then one part with a filename. feed() takes bytes;
/// the file's go to `on_file`. Throws box_error for the wrong order. A new version may come without attributes: Box's
/// own SDK, line 3, sends none.
class multipart_reader {
public:
    using consumer = std::function<void(const char*, std::size_t)>;

    /// `content_type` is the request's header.
    multipart_reader(const std::string& content_type, bool attributes_needed, consumer on_attributes, consumer on_file);

    void feed(const char* bytes, std::size_t n);

    /// True once the closing boundary has been seen: anything less is not a form.
    bool complete() const { return state_ == state::end; }

private:
    enum class state { preamble, head, attributes, file, end };

    void begin_part(std::string_view head);
    void part_ended();

    std::string delimiter_;  // CRLF--boundary
    consumer on_attributes_;
    consumer on_file_;
    state state_ = state::preamble;
    std::string pending_;
    std::string attributes_;
    bool attributes_needed_;
    bool have_attributes_ = false;
    bool have_file_ = false;
};

}  // namespace box_simulator
