#include "protocol/sftp/handle_table.hpp"

namespace boxgate::sftp {

std::uint32_t handle_table::add(std::shared_ptr<open_handle> opened) {
    handles_.emplace(next_, row{std::move(opened), nullptr});
    return next_++;
}

std::uint32_t handle_table::add(std::shared_ptr<upload> opened) {
    auto* written = opened.get();
    handles_.emplace(next_, row{std::move(opened), written});
    return next_++;
}

std::shared_ptr<open_handle> handle_table::find(std::optional<std::uint32_t> number) const {
    if (!number) return nullptr;
    const auto found = handles_.find(*number);
    if (found == handles_.end() || found->second.handle->closing()) return nullptr;
    return found->second.handle;
}

upload* handle_table::find_upload(std::optional<std::uint32_t> number) const {
    if (!number) return nullptr;
    const auto found = handles_.find(*number);
    if (found == handles_.end() || found->second.handle->closing()) return nullptr;
    return found->second.written;
}

const upload* handle_table::upload_at(const storage::path& where) const {
    const upload* last = nullptr;
    for (const auto& [number, each] : handles_) {
        if (each.written && each.written->path() == where) last = each.written;
    }
    return last;
}

bool handle_table::committing_near(const storage::path& where) const {
    for (const auto& [number, each] : handles_) {
        if (!each.written || !each.written->closing()) continue;
        const auto& path = each.written->path();
        if (path.is_within(where) || where.is_within(path)) return true;
    }
    return false;
}

void handle_table::flush_uploads(const upload* except) const {
    for (const auto& [number, each] : handles_) {
        if (each.written && each.written != except) each.written->flush();
    }
}

void handle_table::trim() const {
    for (const auto& [number, each] : handles_) each.handle->trim();
}

}  // namespace boxgate::sftp
