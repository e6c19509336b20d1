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

    /// One that nobody reads.
    static telemetry& none() {
        static telemetry nobody;
        return nobody;
    }

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
    /// Somebody could not go on at once, and has waited so long: `reason` "box_limit" (Box's budgets and Retry-After),
    /// "box_retry" (before a call is repeated), "spool_room" or "transfer_memory". Waits in vain are told, too.
    virtual void waited(std::string_view reason, std::chrono::steady_clock::duration length) {
        static_cast<void>(reason), static_cast<void>(length);
    }
    /// A name was looked for in the path cache: `outcome` "hit", or "miss" (Box is asked).
    virtual void path_lookup(std::string_view outcome) { static_cast<void>(outcome); }
    /// The users' settings were read again: `outcome` "ok" or "kept" (the old ones).
    virtual void reload(std::string_view outcome) { static_cast<void>(outcome); }
};

}  // namespace boxgate::runtime
