#include "tests/simulator/tree.hpp"

#include "tests/simulator/digest.hpp"
#include "tests/simulator/names.hpp"

#include <algorithm>
#include <fstream>
#include <unistd.h>

namespace box_simulator {

namespace fs = std::filesystem;

namespace {

box_error no_such_item() {
    return box_error(404, "not_found", "Not Found");
}
box_error refused() {
    return box_error(403, "access_denied_insufficient_permissions", "Access denied - insufficient permission");
}

void require_match(const item& what, const std::string& if_match) {
    if (!if_match.empty() && if_match != std::to_string(what.etag)) {
        throw box_error(412, "precondition_failed",
                        "The resource has been modified. Please retrieve the resource again");
    }
}

}  // namespace

tree::tree(fs::path directory, const enterprise& of)
    : root_(directory / "root"), state_(directory / ".state"), enterprise_(of) {
    fs::remove_all(state_ / "parts");
    fs::create_directories(state_ / "parts");
    fs::create_directories(state_ / "blobs");
    for (const auto& user : enterprise_.users) {
        fs::create_directories(root_ / user.login);
        item root;
        root.id = "root-" + user.id;
        root.type = "folder";
        root.owner_id = user.id;
        root.name = "All Files";
        items_[root.id] = root;
        children_[root.id];
        scan(root_ / user.login, root.id, user.id);
    }
}

item& tree::insert(item what) {
    what.id = next_id();
    what.created = what.modified = what.modified ? what.modified : std::time(nullptr);
    what.sequence_id = next_sequence_++;
    children_[what.parent_id].emplace(folded(what.name), what.id);
    if (what.type == "folder") children_[what.id];
    return items_[what.id] = std::move(what);
}

void tree::touch(item& what) {
    ++what.etag;
    what.sequence_id = next_sequence_++;
}

void tree::tell(const char* event, const item& what) const {
    if (tell_) tell_(what.owner_id, event, what);
}

std::string tree::inside_id(const std::string& user, const std::string& id) const {
    return id == "0" ? "root-" + user : id;
}

const item& tree::find(const std::string& user, const std::string& type, const std::string& id) const {
    if (id.empty() || id.find_first_not_of("0123456789") != std::string::npos) {
        throw box_error(405, "method_not_allowed", "Method Not Allowed");
    }
    const auto at = items_.find(inside_id(user, id));
    if (at == items_.end() || at->second.owner_id != user || at->second.type != type) throw no_such_item();
    for (const auto* up = &at->second;; up = &items_.at(up->parent_id)) {
        if (up->trashed) throw box_error(404, "trashed", "Item is trashed");
        if (up->parent_id.empty()) break;
    }
    return at->second;
}

item& tree::find(const std::string& user, const std::string& type, const std::string& id) {
    return const_cast<item&>(std::as_const(*this).find(user, type, id));
}

item tree::get(const std::string& user, const std::string& type, const std::string& id) const {
    const std::lock_guard lock(mutex_);
    return find(user, type, id);
}

std::vector<item> tree::children(const std::string& user, const std::string& folder_id) const {
    const std::lock_guard lock(mutex_);
    std::vector<item> found;
    for (const auto& [name, id] : children_.at(find(user, "folder", folder_id).id)) found.push_back(items_.at(id));
    const auto rank = [](const item& one) { return one.type == "folder" ? 0 : one.type == "file" ? 1 : 2; };
    std::stable_sort(found.begin(), found.end(), [&](const item& a, const item& b) { return rank(a) < rank(b); });
    return found;
}

const item* tree::child_called(const std::string& folder_id, const std::string& name) const {
    const auto& names = children_.at(folder_id);
    const auto at = names.find(folded(name));
    return at == names.end() ? nullptr : &items_.at(at->second);
}

void tree::refuse_conflict(const std::string& folder_id, const std::string& name, const std::string& except_id,
                           bool as_list) const {
    const auto* other = child_called(folder_id, name);
    if (!other && nfkc_names) other = child_called(folder_id, nfkc(name));
    if (!other || other->id == except_id) return;
    box_error conflict(409, "item_name_in_use", "Item with the same name already exists");
    if (except_id.empty()) conflict.conflict = to_mini_json(*other);
    conflict.conflict_as_list = as_list;
    throw conflict;
}

void tree::require(const item& what, const std::string& permission) const {
    for (const auto* up = &what;; up = &items_.at(up->parent_id)) {
        if (up->denied.contains(permission)) throw refused();
        if (up->parent_id.empty()) return;
    }
}

std::uint64_t tree::used_unlocked(const std::string& user) const {
    const auto at = used_.find(user);
    return at == used_.end() ? 0 : at->second;
}

void tree::append(item& file, file_version version) {
    auto& used = used_[file.owner_id];
    if (!file.versions.empty()) used -= file.current().size;
    used += version.size;
    file.versions.push_back(std::move(version));
}

std::uint64_t tree::used(const std::string& user) const {
    const std::lock_guard lock(mutex_);
    return used_unlocked(user);
}

void tree::require_space(const std::string& user, std::uint64_t size) const {
    const auto* owner = enterprise_.find_user(user);
    if (owner && used_unlocked(user) + size > static_cast<std::uint64_t>(owner->space_amount)) {
        throw box_error(403, "storage_limit_exceeded", "Account storage limit reached");
    }
}

fs::path tree::place(const item& what) const {
    if (what.parent_id.empty()) return root_ / enterprise_.find_user(what.owner_id)->login;
    return place(items_.at(what.parent_id)) / (name_on_disk(what.name) + what.suffix_on_disk);
}

void tree::link_into_place(const item& what) {
    const auto fresh = state_ / "parts" / ("link-" + random_hex(16));
    fs::create_hard_link(blob(what.current().id), fresh);
    fs::rename(fresh, place(what));
    fs::remove(fresh);  // rename(2) leaves it where both are links to one file already
}

item tree::create_folder(const std::string& user, const std::string& parent_id, const std::string& name) {
    const std::lock_guard lock(mutex_);
    check_name(name, strict_names);
    const auto& parent = find(user, "folder", parent_id);
    require(parent, "can_upload");
    const bool racing = duplicate_folders > 0 && child_called(parent.id, name);
    if (racing) {
        --duplicate_folders;
    } else {
        refuse_conflict(parent.id, name, "", true);
    }
    item folder;
    folder.type = "folder";
    folder.parent_id = parent.id;
    folder.owner_id = user;
    folder.name = name;
    auto& made = insert(std::move(folder));
    // The disk takes a name but once.
    if (racing) made.suffix_on_disk = "~" + made.id;
    fs::create_directory(place(made));
    tell("ITEM_CREATE", made);
    return made;
}

item tree::update(const std::string& user, const std::string& type, const std::string& id,
                  std::optional<std::string> name, std::optional<std::string> parent_id, const std::string& if_match) {
    const std::lock_guard lock(mutex_);
    auto& what = find(user, type, id);
    if (what.parent_id.empty()) throw refused();
    require_quiet(what);
    require_match(what, if_match);
    require_unlocked(what, user);
    require(what, "can_rename");
    const auto new_name = name.value_or(what.name);
    check_name(new_name, strict_names);
    const auto& parent = parent_id ? find(user, "folder", *parent_id) : items_.at(what.parent_id);
    require_quiet(parent);
    if (parent.id != what.parent_id) require(parent, "can_upload");
    for (const auto* up = &parent; type == "folder"; up = &items_.at(up->parent_id)) {
        if (up->id == what.id) {
            throw box_error(400, "cyclical_folder_structure", "Folder cannot be moved into itself or a subfolder");
        }
        if (up->parent_id.empty()) break;
    }
    refuse_conflict(parent.id, new_name, what.id, false);
    const auto before = place(what);
    const bool moved = what.parent_id != parent.id;
    const bool renamed = what.name != new_name;
    take_out(what);
    what.parent_id = parent.id;
    what.name = new_name;
    what.suffix_on_disk.clear();
    children_[what.parent_id].emplace(folded(what.name), what.id);
    if (what.type != "web_link") fs::rename(before, place(what));
    touch(what);
    if (moved) tell("ITEM_MOVE", what);
    if (renamed) tell("ITEM_RENAME", what);
    return what;
}

void tree::remove(const std::string& user, const std::string& type, const std::string& id, bool recursive,
                  const std::string& if_match) {
    const std::lock_guard lock(mutex_);
    auto& what = find(user, type, id);
    if (what.parent_id.empty()) throw refused();
    require_quiet(what);
    require_match(what, if_match);
    require(what, "can_delete");
    require_unlocked(what, user);
    if (type == "folder" && !recursive && !children_.at(what.id).empty()) {
        throw box_error(400, "folder_not_empty", "Cannot delete - folder not empty");
    }
    if (type != "web_link") fs::remove_all(place(what));
    take_out(what);
    what.trashed = true;
    touch(what);
    tell("ITEM_TRASH", what);
}

void tree::take_out(const item& what) {
    auto& names = children_.at(what.parent_id);
    const auto [begin, end] = names.equal_range(folded(what.name));
    names.erase(std::find_if(begin, end, [&](const auto& one) { return one.second == what.id; }));
}

tree::work_in_progress::work_in_progress(tree& in, const std::string& user, const std::string& folder_id) : in_(in) {
    const std::lock_guard lock(in_.mutex_);
    const auto& folder = in_.find(user, "folder", folder_id);
    in_.require_quiet(folder);
    in_.at_work_.insert(folder.id);
    id_ = folder.id;
}

void tree::work_in_progress::end() {
    const std::lock_guard lock(in_.mutex_);
    in_.at_work_.erase(id_);
    id_.clear();
}

void tree::require_quiet(const item& what) const {
    for (const auto* up = &what;; up = &items_.at(up->parent_id)) {
        if (at_work_.contains(up->id)) {
            throw box_error(409, "operation_blocked_temporary",
                            "The operation is blocked by another operation on the folder");
        }
        if (up->parent_id.empty()) return;
    }
}

void tree::require_unlocked(const item& what, const std::string& user) const {
    if (what.locked_against(user)) throw box_error(403, "access_denied_item_locked", "Item is locked");
}

item tree::set_lock(const std::string& user, const std::string& id, std::optional<item_lock> lock,
                    const std::string& if_match) {
    const std::lock_guard guard(mutex_);
    auto& file = find(user, "file", id);
    require_match(file, if_match);
    require_unlocked(file, user);
    file.lock = std::move(lock);
    touch(file);
    tell(file.lock ? "LOCK_CREATE" : "LOCK_DESTROY", file);
    return file;
}

item tree::copy_file(const std::string& user, const std::string& id, const std::string& parent_id,
                     std::optional<std::string> name) {
    const std::lock_guard lock(mutex_);
    const auto source = find(user, "file", id);
    const auto& parent = find(user, "folder", parent_id);
    require_quiet(source);
    require_quiet(parent);
    require(parent, "can_upload");
    const auto new_name = name.value_or(source.name);
    check_name(new_name, strict_names);
    refuse_conflict(parent.id, new_name, "", false);
    require_space(user, source.current().size);
    item made;
    made.type = "file";
    made.parent_id = parent.id;
    made.owner_id = user;
    made.name = new_name;
    auto& inserted = insert(std::move(made));
    file_version version{next_id(), source.current().sha1, source.current().size};
    fs::create_hard_link(blob(source.current().id), blob(version.id));
    append(inserted, std::move(version));
    link_into_place(inserted);
    tell("ITEM_COPY", inserted);
    return inserted;
}

void tree::check_upload(const std::string& user, const std::string& parent_id, const std::string& name,
                        std::optional<std::uint64_t> size) const {
    const std::lock_guard lock(mutex_);
    check_name(name, strict_names);
    const auto& parent = find(user, "folder", parent_id);
    require(parent, "can_upload");
    refuse_conflict(parent.id, name, "", false);
    require_space(user, size.value_or(0));
}

void tree::check_version(const std::string& user, const std::string& file_id, const std::string& name,
                         std::optional<std::uint64_t> size) const {
    const std::lock_guard lock(mutex_);
    const auto& file = find(user, "file", file_id);
    require(file, "can_upload");
    require_unlocked(file, user);
    if (!name.empty() && name != file.name) {
        check_name(name, strict_names);
        refuse_conflict(file.parent_id, name, file.id, false);
    }
    require_space(user, size.value_or(0));
}

void tree::take(item& file, const fs::path& content, const std::string& sha1, std::uint64_t size) {
    file_version version{next_id(), sha1, size};
    fs::rename(content, blob(version.id));
    append(file, std::move(version));
    link_into_place(file);
}

item tree::add_file(const std::string& user, const std::string& parent_id, const std::string& name,
                    const fs::path& content, const std::string& sha1, std::uint64_t size,
                    std::optional<std::time_t> modified) {
    const std::lock_guard lock(mutex_);
    check_upload(user, parent_id, name, size);
    item file;
    file.type = "file";
    file.parent_id = find(user, "folder", parent_id).id;
    file.owner_id = user;
    file.name = name;
    file.modified = modified.value_or(std::time(nullptr));
    auto& made = insert(std::move(file));
    take(made, content, sha1, size);
    tell("ITEM_UPLOAD", made);
    return made;
}

item tree::add_version(const std::string& user, const std::string& file_id, const std::string& name,
                       const fs::path& content, const std::string& sha1, std::uint64_t size,
                       const std::string& if_match, std::optional<std::time_t> modified) {
    const std::lock_guard lock(mutex_);
    check_version(user, file_id, name, size);
    auto& file = find(user, "file", file_id);
    require_match(file, if_match);
    if (!name.empty() && name != file.name) update(user, "file", file_id, name, std::nullopt, "");
    file.modified = modified.value_or(std::time(nullptr));
    take(file, content, sha1, size);
    touch(file);
    tell("ITEM_UPLOAD", file);
    return file;
}

item tree::promote(const std::string& user, const std::string& file_id, const std::string& version_id) {
    const std::lock_guard lock(mutex_);
    auto& file = find(user, "file", file_id);
    const auto at = std::find_if(file.versions.begin(), file.versions.end(),
                                 [&](const file_version& one) { return one.id == version_id; });
    if (at == file.versions.end()) throw no_such_item();
    file_version again{next_id(), at->sha1, at->size};
    fs::create_hard_link(blob(version_id), blob(again.id));
    append(file, std::move(again));
    link_into_place(file);
    touch(file);
    tell("ITEM_MAKE_CURRENT_VERSION", file);
    return file;
}

fs::path tree::new_temporary() {
    return state_ / "parts" / random_hex(24);
}

std::size_t tree::temporaries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(state_ / "parts"), fs::directory_iterator()));
}

}  // namespace box_simulator
