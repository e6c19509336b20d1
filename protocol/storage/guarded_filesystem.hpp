#pragma once

#include "protocol/storage/access_rules.hpp"
#include "protocol/storage/filesystem.hpp"

namespace boxgate::storage {

/// A filesystem that does only what an account may: the one place where permissions are applied. What is refused fails
/// with errc::denied and names the missing permission; entries say what is allowed at their paths, and their SHA-1 only
/// to who may fetch them.
class guarded_filesystem final : public filesystem {
public:
    guarded_filesystem(std::unique_ptr<filesystem> inner, access_rules granted);

    task<entry> stat(path where) override;
    task<std::unique_ptr<lister>> list(path where) override;
    task<std::unique_ptr<source>> open_read(path where) override;

    /// Without `overwrite` a replace becomes a create, so that an existing file is errc::exists and nothing is looked
    /// up beforehand; with `overwrite` but without `upload` the name has to exist.
    task<std::unique_ptr<sink>> open_write(path where, write_mode mode, std::optional<announced_size> size) override;

    task<entry> make_directory(path where) override;
    task<void> remove_file(path where) override;
    task<void> remove_directory(path where) override;

    /// Asks for `rename` where it comes from, and for `rename` or `upload` where it goes. Without `overwrite` there the
    /// target must be free. A directory that has permissions of its own, or holds such, is not moved past them.
    task<entry> rename(path from, path to, bool may_replace) override;
    task<entry> copy(path from, path to) override;
    task<space_info> space(path where) override;

private:
    std::unique_ptr<filesystem> inner_;
    // Tells what is underneath, too, for its log.
    failure refused(std::string_view verb, const path& where, std::string_view permission);
    entry shown(entry what, const path& where) const;
    bool may(access wanted, const path& where) const { return grants(granted_.at(where), wanted); }

    access_rules granted_;
};

}  // namespace boxgate::storage
