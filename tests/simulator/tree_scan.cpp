// The part of tree that reads what lies in its folder as plain files.
#include "tests/simulator/digest.hpp"
#include "tests/simulator/tree.hpp"

namespace box_simulator {

namespace fs = std::filesystem;

void tree::scan(const fs::path& folder, const std::string& folder_id, const std::string& owner) {
    for (const auto& entry : fs::directory_iterator(folder)) adopt(entry, folder_id, owner);
}

void tree::adopt(const fs::directory_entry& entry, const std::string& folder_id, const std::string& owner) {
    item found;
    found.type = entry.is_directory() ? "folder" : "file";
    found.parent_id = folder_id;
    found.owner_id = owner;
    found.name = entry.path().filename().string();
    auto& made = insert(std::move(found));
    if (entry.is_directory()) {
        tell("ITEM_CREATE", made);
        return scan(entry.path(), made.id, owner);
    }
    file_version version{next_id(), hash_of(entry.path()), entry.file_size()};
    fs::remove(blob(version.id));
    fs::create_hard_link(entry.path(), blob(version.id));
    append(made, std::move(version));
    tell("ITEM_UPLOAD", made);
}

void tree::catch_up() {
    if (!follows_files_) return;
    const std::lock_guard lock(mutex_);
    for (const auto& user : enterprise_.users) rescan(root_ / user.login, "root-" + user.id, user.id);
}

void tree::rescan(const fs::path& folder, const std::string& folder_id, const std::string& owner) {
    const auto names = children_.at(folder_id);
    for (const auto& [name, id] : names) {
        const auto& known = items_.at(id);
        const auto path = folder / known.name;
        const bool same = known.type == "folder" ? fs::is_directory(path)
                          : known.type == "file" ? fs::is_regular_file(path) && hash_of(path) == known.current().sha1
                                                 : true;
        if (same) {
            if (known.type == "folder") rescan(path, id, owner);
            continue;
        }
        tell("ITEM_TRASH", known);
        items_.at(id).trashed = true;
        take_out(known);
    }
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (!child_called(folder_id, entry.path().filename().string())) adopt(entry, folder_id, owner);
    }
}

}  // namespace box_simulator
