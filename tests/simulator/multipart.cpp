#include "tests/simulator/multipart.hpp"

#include "tests/simulator/box_error.hpp"

namespace box_simulator {

namespace {

box_error bad(const char* why) {
    return box_error(400, "bad_request", why);
}

}  // namespace

multipart_reader::multipart_reader(const std::string& content_type, bool attributes_needed, consumer on_attributes,
                                   consumer on_file)
    : on_attributes_(std::move(on_attributes)), on_file_(std::move(on_file)), attributes_needed_(attributes_needed) {
    const auto at = content_type.find("boundary=");
    if (!content_type.starts_with("multipart/form-data") || at == std::string::npos) {
        throw box_error(415, "unsupported_media_type", "Expected multipart/form-data");
    }
    auto boundary = content_type.substr(at + 9);
    boundary = boundary.substr(0, boundary.find(';'));
    if (boundary.size() >= 2 && boundary.front() == '"') boundary = boundary.substr(1, boundary.size() - 2);
    delimiter_ = "\r\n--" + boundary;
    pending_ = "\r\n";  // so that the first boundary looks like all others
}

void multipart_reader::feed(const char* bytes, std::size_t n) {
    pending_.append(bytes, n);
    while (state_ != state::end) {
        if (state_ == state::head) {
            if (pending_.size() < 2) return;
            if (pending_.starts_with("--")) {
                if ((!have_attributes_ && attributes_needed_) || !have_file_)
                    throw bad("The form has no attributes or no file");
                state_ = state::end;
                return;
            }
            const auto end = pending_.find("\r\n\r\n");
            if (end == std::string::npos) {
                if (pending_.size() > 16384) throw bad("A part's head is too long");
                return;
            }
            begin_part(std::string_view(pending_).substr(0, end + 2));
            pending_.erase(0, end + 4);
            continue;
        }
        const auto at = pending_.find(delimiter_);
        // What could be the beginning of a delimiter waits for the next bytes.
        const auto safe = at != std::string::npos               ? at
                          : pending_.size() > delimiter_.size() ? pending_.size() - delimiter_.size()
                                                                : 0;
        if (state_ == state::attributes) {
            attributes_.append(pending_, 0, safe);
            if (attributes_.size() > 65536) throw bad("The attributes are too long");
        } else if (state_ == state::file && safe > 0) {
            on_file_(pending_.data(), safe);
        }
        if (at == std::string::npos) {
            pending_.erase(0, safe);
            return;
        }
        pending_.erase(0, at + delimiter_.size());
        part_ended();
        state_ = state::head;
    }
}

void multipart_reader::begin_part(std::string_view head) {
    const bool is_file = head.find("filename=") != std::string_view::npos;
    if (is_file) {
        if (!have_attributes_ && attributes_needed_) {
            throw box_error(400, "metadata_after_file_contents", "The attributes must come before the file");
        }
        if (have_file_) throw bad("The form has two files");
        state_ = state::file;
    } else {
        if (have_attributes_ || have_file_) throw bad("The form has an unexpected part");
        state_ = state::attributes;
    }
}

void multipart_reader::part_ended() {
    if (state_ == state::attributes) {
        have_attributes_ = true;
        on_attributes_(attributes_.data(), attributes_.size());
    } else if (state_ == state::file) {
        have_file_ = true;
    }
}

}  // namespace box_simulator
