#pragma once

#include "protocol/sftp/open_handle.hpp"
#include "protocol/sftp/upload.hpp"

#include <cstdint>
#include <map>
#include <memory>

namespace boxgate::sftp {

/// The open handles of one session. Numbers are not used twice.
class handle_table {
public:
    std::uint32_t add(std::shared_ptr<open_handle> opened);
    std::uint32_t add(std::shared_ptr<upload> opened);

    /// Null for a number that is not open, or whose CLOSE has been asked for.
    std::shared_ptr<open_handle> find(std::optional<std::uint32_t> number) const;
    upload* find_upload(std::optional<std::uint32_t> number) const;
    void remove(std::uint32_t number) { handles_.erase(number); }
    void clear() { handles_.clear(); }
    std::size_t size() const { return handles_.size(); }

    /// A place kept for a handle that is about to be opened, for as long as this exists.
    class reservation {
    public:
        explicit reservation(handle_table& of) : table_(of) { ++table_.reserved_; }
        ~reservation() { --table_.reserved_; }
        reservation(const reservation&) = delete;
        reservation& operator=(const reservation&) = delete;

    private:
        handle_table& table_;
    };
    /// Whether one more may be opened where `most` may be open.
    bool has_room(std::size_t most) const { return handles_.size() + reserved_ < most; }

    /// The file being written at `where`, the one opened last if there are several; null if there is none.
    const upload* upload_at(const storage::path& where) const;
    /// Whether a file at, above or below `where` has been closed by the client and is still being committed.
    bool committing_near(const storage::path& where) const;

    /// Lets every upload but `except` hand on its partly filled block.
    void flush_uploads(const upload* except) const;
    void trim() const;

private:
    struct row {
        std::shared_ptr<open_handle> handle;
        upload* written;  // the same object, or null
    };

    std::map<std::uint32_t, row> handles_;
    std::uint32_t next_ = 1;
    std::size_t reserved_ = 0;
};

}  // namespace boxgate::sftp
