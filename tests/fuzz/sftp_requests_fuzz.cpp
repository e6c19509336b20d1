// Packets whose lengths are right and whose insides are anything: type, length in two bytes, body; again and again.
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/sftp_session.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string conversation;
    while (size >= 3) {
        const auto length = std::min<std::size_t>(data[1] * 256u + data[2], size - 3);
        const auto whole = length + 1;
        conversation += {0, 0, static_cast<char>(whole >> 8), static_cast<char>(whole), static_cast<char>(data[0])};
        conversation.append(reinterpret_cast<const char*>(data + 3), length);
        data += 3 + length;
        size -= 3 + length;
    }
    boxgate::fuzz::run_sftp_session(conversation);
    return 0;
}
