#include "tests/support/memory_tree.hpp"

#include "tests/support/box_names.hpp"

#include <span>

namespace boxgate::testing {

using namespace storage;

namespace {

const runtime::system_clock real_clock;

failure missing(std::string_view name) {
    return failure(errc::not_found, "there is no '" + std::string(name) + "'");
}

std::string sort_key(const entry& each) {
    return (each.is_directory() ? "0" : "1") + folded(each.name);
}

}  // namespace

memory_tree::memory_tree(mode how) : memory_tree(how, real_clock) {}

memory_tree::memory_tree(mode how, const runtime::clock& now) : mode_(how), clock_(&now) {
    node& top = nodes_[root_id];
    top.info.kind = entry_kind::directory;
    top.info.id = root_id;
    top.info.modified = top.info.created = stamp();
}

std::chrono::system_clock::time_point memory_tree::stamp() const {
    return std::chrono::floor<std::chrono::seconds>(clock_->now());
}

// Looking up; the mutex is held.

const memory_tree::node* memory_tree::child(const node& directory, std::string_view name) const {
    const auto found = directory.children.find(folded(name));
    return found == directory.children.end() ? nullptr : &nodes_.at(found->second);
}

storage::result<const memory_tree::node*> memory_tree::walk(const std::string& root, const path& where) const {
    const auto start = nodes_.find(root);
    if (start == nodes_.end()) return missing("/");
    const node* at = &start->second;
    for (const auto& part : where.parts()) {
        if (!at->info.is_directory()) return failure(errc::not_a_directory, "'" + at->info.name + "' is a file");
        at = child(*at, part);
        if (!at) return missing(part);
    }
    return at;
}

storage::result<memory_tree::place> memory_tree::place_of(const std::string& root, const path& where) const {
    const auto parent = walk(root, where.parent());
    if (parent.has_error()) return parent.error();
    if (!(*parent)->info.is_directory()) return failure(errc::not_a_directory, "the parent is a file");
    if (auto fault = name_fault(where.name())) return *fault;
    return place{(*parent)->info.id, std::string(where.name())};
}

storage::result<memory_tree::place> memory_tree::free_place(const std::string& root, const path& where) const {
    if (where.is_root()) return failure(errc::exists, "the root exists");
    auto at = place_of(root, where);
    if (at.has_error()) return at.error();
    if (child(nodes_.at(at->directory), at->name)) return failure(errc::exists, "'" + at->name + "' exists");
    return at;
}

std::optional<failure> memory_tree::clash(const place& where, write_mode how, bool refuse_clash) const {
    const node* present = child(nodes_.at(where.directory), where.name);
    if (!present) return std::nullopt;
    if (composed(present->info.name) != composed(where.name) && refuse_clash) {
        return failure(errc::exists, "'" + present->info.name + "' differs only by case or normalisation");
    }
    if (present->info.is_directory()) return failure(errc::is_a_directory, "'" + where.name + "' is a directory");
    if (how == write_mode::create) return failure(errc::exists, "'" + where.name + "' exists");
    return std::nullopt;
}

memory_tree::node& memory_tree::insert(const place& where, entry_kind kind) {
    const auto id = std::to_string(next_id_++);
    node& made = nodes_[id];
    made.info.name = where.name;
    made.info.kind = kind;
    made.info.id = id;
    made.info.modified = made.info.created = stamp();
    made.parent = where.directory;
    nodes_.at(where.directory).children[folded(where.name)] = id;
    return made;
}

void memory_tree::detach(const node& gone) {
    nodes_.at(gone.parent).children.erase(folded(gone.info.name));
}

std::uint64_t memory_tree::used() const {
    std::uint64_t bytes = 0;
    for (const auto& [id, each] : nodes_) bytes += each.info.size;
    return bytes;
}

// The verbs.

storage::result<std::string> memory_tree::find_root(const std::string& spec, bool create_missing) {
    if (spec.starts_with("id:")) {
        const std::lock_guard lock(mutex_);
        const auto found = nodes_.find(spec.substr(3));
        if (found == nodes_.end() || !found->second.info.is_directory()) return missing(spec);
        return found->first;
    }
    const auto where = path::parse(spec);
    if (where.has_error()) return where.error();
    auto found = directory_id(root_id, *where);
    if (!found.has_error() || !create_missing || found.error().code != errc::not_found) return found;
    add_directory(spec);
    return directory_id(root_id, *where);
}

storage::result<entry> memory_tree::stat(const std::string& root, const path& where) const {
    const std::lock_guard lock(mutex_);
    const auto found = walk(root, where);
    if (found.has_error()) return found.error();
    auto info = (*found)->info;
    if (where.is_root()) info.name.clear();
    return info;
}

storage::result<std::string> memory_tree::directory_id(const std::string& root, const path& where) const {
    const std::lock_guard lock(mutex_);
    const auto found = walk(root, where);
    if (found.has_error()) return found.error();
    if (!(*found)->info.is_directory()) return failure(errc::not_a_directory, "'" + where.string() + "' is a file");
    return (*found)->info.id;
}

std::vector<entry> memory_tree::page(const std::string& directory, std::string& after, std::size_t max) const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, const entry*> in_order;
    const auto found = nodes_.find(directory);
    if (found == nodes_.end()) return {};
    for (const auto& [key, id] : found->second.children) {
        const auto& info = nodes_.at(id).info;
        in_order[sort_key(info)] = &info;
    }
    std::vector<entry> entries;
    for (auto at = in_order.upper_bound(after); at != in_order.end() && entries.size() < max; ++at) {
        entries.push_back(*at->second);
        after = at->first;
    }
    return entries;
}

storage::result<memory_tree::version> memory_tree::open(const std::string& root, const path& where) const {
    const std::lock_guard lock(mutex_);
    const auto found = walk(root, where);
    if (found.has_error()) return found.error();
    if ((*found)->info.is_directory()) return failure(errc::is_a_directory, "'" + where.string() + "' is a directory");
    return version{(*found)->info, (*found)->data};
}

storage::result<memory_tree::place> memory_tree::writable(const std::string& root, const path& where, write_mode how,
                                                          bool refuse_clash) const {
    if (where.is_root()) return failure(errc::is_a_directory, "the root is a directory");
    const std::lock_guard lock(mutex_);
    auto at = place_of(root, where);
    if (at.has_error()) return at.error();
    if (auto fault = clash(*at, how, refuse_clash)) return *fault;
    return at;
}

storage::result<storage::receipt> memory_tree::store(const place& where, write_mode how, bool refuse_clash,
                                                     content data) {
    const std::lock_guard lock(mutex_);
    if (!nodes_.contains(where.directory)) return failure(errc::not_found, "the folder is gone");
    if (auto fault = clash(where, how, refuse_clash)) return *fault;
    const node* present = child(nodes_.at(where.directory), where.name);
    if (used() + data->size > space_) return failure(errc::quota, "the account is full");
    node& file = present ? nodes_.at(present->info.id) : insert(where, entry_kind::file);
    file.info.size = data->size;
    file.info.sha1 = data->sha1;
    file.info.modified = stamp();
    file.data = std::move(data);
    ++file.versions;
    return storage::receipt(file.info, "memory", file.versions > 1);
}

storage::result<entry> memory_tree::make_directory(const std::string& root, const path& where) {
    const std::lock_guard lock(mutex_);
    const auto at = free_place(root, where);
    if (at.has_error()) return at.error();
    return insert(*at, entry_kind::directory).info;
}

storage::result<void> memory_tree::remove(const std::string& root, const path& where, entry_kind kind) {
    const std::lock_guard lock(mutex_);
    const auto found = walk(root, where);
    if (found.has_error()) return found.error();
    const node& gone = **found;
    if (kind == entry_kind::file && gone.info.is_directory()) {
        return failure(errc::is_a_directory, "'" + where.string() + "' is a directory");
    }
    if (kind == entry_kind::directory && !gone.info.is_directory()) {
        return failure(errc::not_a_directory, "'" + where.string() + "' is a file");
    }
    if (where.is_root()) return failure(errc::denied, "the root cannot be removed");
    if (!gone.children.empty()) return failure(errc::not_empty, "'" + where.string() + "' is not empty");
    detach(gone);
    nodes_.erase(nodes_.find(gone.info.id));
    return {};
}

storage::result<entry> memory_tree::rename(const std::string& root, const path& from, const path& to, bool may_replace,
                                           bool refuse_clash) {
    const std::lock_guard lock(mutex_);
    const auto found = walk(root, from);
    if (found.has_error()) return found.error();
    if (from.is_root()) return failure(errc::denied, "the root cannot be renamed");
    if (to.is_root()) return failure(errc::exists, "the root exists");
    const auto at = place_of(root, to);
    if (at.has_error()) return at.error();
    node& moved = nodes_.at((*found)->info.id);
    for (auto above = at->directory; !above.empty(); above = nodes_.at(above).parent) {
        if (above == moved.info.id) return failure(errc::bad_name, "a directory cannot move into itself");
    }
    const node* present = child(nodes_.at(at->directory), at->name);
    if (present && present != &moved) {
        const bool other_name = composed(present->info.name) != composed(at->name) && refuse_clash;
        if (present->info.is_directory() || moved.info.is_directory() || !may_replace || other_name) {
            return failure(errc::exists, "'" + present->info.name + "' exists");
        }
        detach(*present);
        nodes_.erase(nodes_.find(present->info.id));
    }
    detach(moved);
    moved.info.name = at->name;
    moved.parent = at->directory;
    nodes_.at(at->directory).children[folded(at->name)] = moved.info.id;
    return moved.info;
}

storage::result<entry> memory_tree::copy(const std::string& root, const path& from, const path& to) {
    const std::lock_guard lock(mutex_);
    const auto found = walk(root, from);
    if (found.has_error()) return found.error();
    if ((*found)->info.is_directory()) return failure(errc::is_a_directory, "'" + from.string() + "' is a directory");
    const auto at = free_place(root, to);
    if (at.has_error()) return at.error();
    if (used() + (*found)->info.size > space_) return failure(errc::quota, "the account is full");
    node& made = insert(*at, entry_kind::file);
    made.info.size = (*found)->info.size;
    made.info.sha1 = (*found)->info.sha1;
    made.data = (*found)->data;
    made.versions = 1;
    return made.info;
}

space_info memory_tree::space() const {
    const std::lock_guard lock(mutex_);
    const auto bytes = used();
    return space_info(space_, space_ > bytes ? space_ - bytes : 0);
}

// What tests set up and look at.

void memory_tree::add_directory(std::string_view text) {
    const std::lock_guard lock(mutex_);
    std::string at = root_id;
    for (const auto& part : path::parse(text).value().parts()) {
        const node* present = child(nodes_.at(at), part);
        at = present ? present->info.id : insert(place{at, part}, entry_kind::directory).info.id;
    }
}

void memory_tree::add_file(std::string_view text, std::string bytes) {
    const auto where = path::parse(text).value();
    add_directory(where.parent().string());
    auto data = std::make_shared<memory_content>();
    data->size = bytes.size();
    data->sha1 = sha1_of(bytes);
    if (!discards()) data->bytes = std::move(bytes);
    const auto at = place{directory_id(root_id, where.parent()).value(), std::string(where.name())};
    store(at, write_mode::replace, true, std::move(data)).value();
}

void memory_tree::add_file(std::string_view text, std::uint64_t size) {
    if (!discards()) {
        std::string bytes(size, '\0');
        pattern(0, std::as_writable_bytes(std::span(bytes)));
        return add_file(text, std::move(bytes));
    }
    const auto where = path::parse(text).value();
    add_directory(where.parent().string());
    auto data = std::make_shared<memory_content>();
    data->size = size;
    const auto at = place{directory_id(root_id, where.parent()).value(), std::string(where.name())};
    store(at, write_mode::replace, true, std::move(data)).value();
}

const memory_tree::node& memory_tree::known(std::string_view text) const {
    return **walk(root_id, path::parse(text).value());
}

bool memory_tree::exists(std::string_view text) const {
    return !stat(root_id, path::parse(text).value()).has_error();
}

entry memory_tree::find(std::string_view text) const {
    return stat(root_id, path::parse(text).value()).value();
}

std::string memory_tree::bytes(std::string_view text) const {
    return open(root_id, path::parse(text).value()).value().data->bytes;
}

std::vector<std::string> memory_tree::names(std::string_view text) const {
    std::string after;
    std::vector<std::string> names;
    for (const auto& each : page(directory_id(root_id, path::parse(text).value()).value(), after, SIZE_MAX)) {
        names.push_back(each.name);
    }
    return names;
}

std::size_t memory_tree::versions(std::string_view text) const {
    const std::lock_guard lock(mutex_);
    return known(text).versions;
}

void memory_tree::set_space(std::uint64_t total_bytes) {
    const std::lock_guard lock(mutex_);
    space_ = total_bytes;
}

}  // namespace boxgate::testing
