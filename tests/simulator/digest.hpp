#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace box_simulator {

/// The SHA-1 of a stream.
class sha1_stream {
public:
    sha1_stream();
    void update(const void* bytes, std::size_t n);
    std::string finish();  ///< 20 bytes

private:
    struct closer {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, closer> context_;
};

std::string hex(std::string_view bytes);
/// The SHA-1 of a file's content in hex.
std::string hash_of(const std::filesystem::path& file);
std::optional<std::string> from_base64(std::string_view text, bool url_alphabet = false);
std::string to_base64(std::string_view bytes);
std::string random_hex(std::size_t characters);

/// What Box compares names by: NFC and folded case.
std::string folded(std::string_view name);

}  // namespace box_simulator
