#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace boxgate::runtime {

/// What is counted and measured while boxgate works. Any thread may call. The default does nothing, so that whoever
/// has nobody to tell passes nothing at all; texts are few and fixed ("sftp", "upload", "ok"), never a login or a path.
class telemetry {
public:
    virtual ~telemetry() = default;

    /// A file operation has ended: `verb` such as "upload", `outcome` "ok" or the name of a storage::errc.
    virtual void operation(std::string_view protocol, std::string_view verb, std::string_view outcome,
                           std::chrono::steady_clock::duration took) {
        static_cast<void>(protocol), static_cast<void>(verb), static_cast<void>(outcome), static_cast<void>(took);
    }
    /// Content has moved: `verb` "upload" or "download", counted when the operation ends.
    virtual void moved(std::string_view protocol, std::string_view verb, std::uint64_t bytes) {
        static_cast<void>(protocol), static_cast<void>(verb), static_cast<void>(bytes);
    }
    /// Somebody tried to log in: `method` "password" or "publickey", `outcome` "ok" or "refused".
    virtual void login(std::string_view method, std::string_view outcome) {
        static_cast<void>(method), static_cast<void>(outcome);
    }
    /// Box has answered a call, or not: `status` 0 where no answer came. `endpoint` has no ids in it.
    virtual void box_call(std::string_view endpoint, unsigned status, std::chrono::steady_clock::duration took) {
        static_cast<void>(endpoint), static_cast<void>(status), static_cast<void>(took);
    }
    /// The users' settings were read again: `outcome` "ok" or "kept" (the old ones).
    virtual void reload(std::string_view outcome) { static_cast<void>(outcome); }
};

}  // namespace boxgate::runtime
