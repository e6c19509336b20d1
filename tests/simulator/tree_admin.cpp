// What the admin port asks of the tree.
#include "tests/simulator/digest.hpp"
#include "tests/simulator/tree.hpp"

#include <fstream>

namespace box_simulator {

namespace fs = std::filesystem;

std::vector<std::pair<std::string, item>> tree::all(const std::string& user) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<std::string, item>> found;
    const auto walk = [&](const auto& self, const std::string& folder_id, const std::string& path) -> void {
        for (const auto& [name, id] : children_.at(folder_id)) {
            const auto& one = items_.at(id);
            found.emplace_back(path + "/" + one.name, one);
            if (one.type == "folder") self(self, id, path + "/" + one.name);
        }
    };
    walk(walk, "root-" + user, "");
    return found;
}

void tree::seed(const std::string& user, const std::string& path, std::optional<std::string> content) {
    const std::lock_guard lock(mutex_);
    std::string folder_id = "0";
    const fs::path parts = fs::path(path).relative_path();
    for (auto at = parts.begin(); at != parts.end(); ++at) {
        const auto* known = child_called(inside_id(user, folder_id), at->string());
        if (std::next(at) == parts.end() && content) {
            const auto temporary = new_temporary();
            std::ofstream(temporary, std::ios::binary) << *content;
            const auto hash = hash_of(temporary);
            if (known) {
                add_version(user, known->id, "", temporary, hash, content->size(), "", std::nullopt);
            } else {
                add_file(user, folder_id, at->string(), temporary, hash, content->size(), std::nullopt);
            }
        } else {
            folder_id = known ? known->id : create_folder(user, folder_id, at->string()).id;
        }
    }
}

void tree::seed_web_link(const std::string& user, const std::string& folder_id, const std::string& name) {
    const std::lock_guard lock(mutex_);
    item link;
    link.type = "web_link";
    link.parent_id = find(user, "folder", folder_id).id;
    link.owner_id = user;
    link.name = name;
    insert(std::move(link));
}

void tree::lock(const std::string& file_id, const std::string& by_user) {
    const std::lock_guard guard(mutex_);
    auto& file = items_.at(file_id);
    if (by_user.empty()) {
        file.lock.reset();
    } else {
        file.lock = item_lock{by_user, 0, false};
    }
    tell(by_user.empty() ? "LOCK_DESTROY" : "LOCK_CREATE", file);
}

void tree::deny(const std::string& folder_id, std::set<std::string> permissions) {
    const std::lock_guard guard(mutex_);
    items_.at(folder_id).denied = std::move(permissions);
}

}  // namespace box_simulator
