#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st;

namespace boxgate::box {

/// The SHA-1 of a stream of bytes: what Box names and checks content by.
class sha1 {
public:
    sha1();

    void update(std::span<const std::byte> bytes);
    /// 20 raw bytes; afterwards the object is good for reset() only.
    std::string finish();
    void reset();

private:
    struct closer {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, closer> context_;
};

/// Lower-case hexadecimal digits.
std::string to_hex(const std::string& bytes);

}  // namespace boxgate::box
