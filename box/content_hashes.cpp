#include "box/content_hashes.hpp"

#include <algorithm>

namespace boxgate::box {

void content_hashes::cut_into(std::uint64_t part_size) {
    part_size_ = part_size;
    first_part_ = (hashed_ + part_size - 1) / part_size;
    in_part_ = 0;
    part_.reset();
    parts_.clear();
}

void content_hashes::update(std::span<const std::byte> bytes) {
    whole_.update(bytes);
    while (part_size_ > 0 && !bytes.empty()) {
        const auto left = part_size_ - hashed_ % part_size_;
        const auto some = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left)));
        const bool wanted = hashed_ / part_size_ >= first_part_;
        if (wanted) {
            part_.update(some);
            in_part_ += some.size();
        }
        hashed_ += some.size();
        bytes = bytes.subspan(some.size());
        if (wanted && some.size() == left) end_part();
    }
    hashed_ += bytes.size();
}

void content_hashes::end_part() {
    parts_[(hashed_ - 1) / part_size_] = part_.finish();
    part_.reset();
    in_part_ = 0;
}

std::string content_hashes::finish() {
    if (in_part_ > 0) end_part();
    return whole_.finish();
}

void content_hashes::restart() {
    whole_.reset();
    part_.reset();
    hashed_ = in_part_ = part_size_ = 0;
    parts_.clear();
}

}  // namespace boxgate::box
