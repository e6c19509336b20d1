// Any bytes that a client may send once it has said INIT.
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/sftp_session.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    boxgate::fuzz::run_sftp_session(std::string(reinterpret_cast<const char*>(data), size));
    return 0;
}
