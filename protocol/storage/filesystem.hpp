#pragma once

#include "protocol/storage/entry.hpp"
#include "protocol/storage/failure.hpp"
#include "protocol/storage/path.hpp"
#include "protocol/storage/transfer.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace boxgate::storage {

enum class write_mode {
    create,   ///< a name that exists is errc::exists
    replace,  ///< a file that exists becomes the previous version of what is written
};

/// How many bytes a client said it will send.
struct announced_size {
    announced_size(std::uint64_t byte_count, bool is_binding) : bytes(byte_count), binding(is_binding) {}

    std::uint64_t bytes;
    bool binding;  ///< true (SFTP OPEN): another size fails the commit; false (FTP ALLO): an estimate
};

/// The port between what clients speak and where files live: one session's view of one account's tree.
///
/// Called from one executor, the session's. Several verbs may run at the same time. Every verb ends by its own
/// deadline. Names are matched exactly first, then as Box does (case and Unicode normalisation folded). Common failures
/// besides those named: denied, bad_name, rate_limited, unavailable, timeout, internal.
class filesystem {
public:
    template <class T>
    using task = boost::asio::awaitable<result<T>>;

    virtual ~filesystem() = default;

    /// not_found; not_a_directory when a parent is a file.
    virtual task<entry> stat(path where) = 0;

    /// not_found, not_a_directory.
    virtual task<std::unique_ptr<lister>> list(path where) = 0;

    /// not_found, is_a_directory. The outcome is known before the first byte is read.
    virtual task<std::unique_ptr<source>> open_read(path where) = 0;

    /// not_found (the parent), is_a_directory, exists (mode create, or a name differing by case),
    /// bad_name. An implementation may find these out only at commit where looking first would cost a call.
    virtual task<std::unique_ptr<sink>> open_write(path where, write_mode mode, std::optional<announced_size> size) = 0;

    /// exists, not_found (the parent).
    virtual task<entry> make_directory(path where) = 0;

    /// not_found, is_a_directory.
    virtual task<void> remove_file(path where) = 0;

    /// not_found, not_a_directory, not_empty; denied for the root.
    virtual task<void> remove_directory(path where) = 0;

    /// Renames or moves a file or a directory. Onto an existing file: replaced if `may_replace`, else exists; exists,
    /// too, where names differing by case are refused and its name is one. Onto an existing directory: exists. Onto
    /// itself: success. A directory into itself: bad_name.
    virtual task<entry> rename(path from, path to, bool may_replace) = 0;

    /// Copies a file on the server side. not_found, is_a_directory, exists.
    virtual task<entry> copy(path from, path to) = 0;

    /// The space of the account that pays for `where`.
    virtual task<space_info> space(path where) = 0;

    /// Somebody in front has refused a verb ("upload", say) without passing it on: for those who keep a log.
    virtual void note_refusal(std::string_view verb, const path& where, const failure& why) {
        static_cast<void>(verb), static_cast<void>(where), static_cast<void>(why);
    }
};

}  // namespace boxgate::storage
