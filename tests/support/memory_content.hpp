#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace boxgate::testing {

/// One version of a file. In a discarding tree `bytes` stays empty and the content is pattern().
struct memory_content {
    std::uint64_t size = 0;
    std::string sha1;
    std::string bytes;
};

/// The bytes from `offset` on of the endless text that stands for the content of files which only have a size.
void pattern(std::uint64_t offset, std::span<std::byte> into);

/// Lower-case hex.
std::string sha1_of(std::string_view bytes);

}  // namespace boxgate::testing
