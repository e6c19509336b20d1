#include "tests/simulator/upload_sessions.hpp"

#include "tests/simulator/digest.hpp"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace box_simulator {

namespace fs = std::filesystem;

namespace {

struct descriptor {
    descriptor(const fs::path& file, int flags) : fd(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {}
    ~descriptor() { ::close(fd); }
    int fd;
};

// Joins the parts into one file and hashes what it holds.
std::string join(const std::map<std::uint64_t, upload_sessions::part>& parts, const fs::path& target) {
    const descriptor out(target, O_CREAT | O_WRONLY | O_TRUNC);
    sha1_stream hash;
    std::vector<char> buffer(1024 * 1024);
    for (const auto& [offset, part] : parts) {
        const descriptor in(part.content, O_RDONLY);
        ssize_t n = 0;
        while ((n = ::read(in.fd, buffer.data(), buffer.size())) > 0) {
            hash.update(buffer.data(), static_cast<std::size_t>(n));
            if (::write(out.fd, buffer.data(), static_cast<std::size_t>(n)) != n) {
                throw box_error(500, "internal_server_error", "the simulator's disk is full");
            }
        }
    }
    return hex(hash.finish());
}

}  // namespace

upload_sessions::session upload_sessions::create(const std::string& user, const std::string& file_id,
                                                 const std::string& folder_id, const std::string& name,
                                                 std::uint64_t size) {
    if (size < minimum_size) throw box_error(400, "file_size_too_small", "File size is too small for a chunked upload");
    if (file_id.empty()) {
        tree_.check_upload(user, folder_id, name, size);
    } else {
        tree_.check_version(user, file_id, name, size);
    }
    session made;
    made.id = random_hex(32);
    made.user = user;
    made.file_id = file_id;
    made.folder_id = folder_id;
    made.name = name;
    made.size = size;
    made.part_size = part_size;
    made.commits_to_delay = commit_202_count;
    made.mismatch_first = parts_mismatch_once;
    const std::lock_guard lock(mutex_);
    return sessions_[made.id] = made;
}

upload_sessions::session& upload_sessions::find(const std::string& user, const std::string& id) {
    const auto at = sessions_.find(id);
    if (at == sessions_.end()) throw box_error(404, "not_found", "Upload session not found");
    if (at->second.user != user) throw box_error(403, "forbidden", "The upload session belongs to another user");
    if (at->second.expired) throw box_error(410, "session_expired", "The upload session has expired");
    return at->second;
}

upload_sessions::session upload_sessions::get(const std::string& user, const std::string& id) {
    const std::lock_guard lock(mutex_);
    return find(user, id);
}

void upload_sessions::check_range(const std::string& user, const std::string& id, std::uint64_t offset,
                                  std::uint64_t length, std::uint64_t total) {
    const std::lock_guard lock(mutex_);
    const auto& in = find(user, id);
    const auto expected = std::min(in.part_size, in.size - std::min(offset, in.size));
    if (total != in.size || offset % in.part_size != 0 || offset >= in.size || length != expected) {
        throw box_error(416, "invalid_range", "The range does not fit the upload session");
    }
}

upload_sessions::part upload_sessions::add(const std::string& user, const std::string& id, std::uint64_t offset,
                                           std::uint64_t length, const fs::path& content, const std::string& sha1) {
    const std::lock_guard lock(mutex_);
    auto& in = find(user, id);
    if (in.parts.contains(offset)) {
        throw box_error(409, "range_overlaps_existing_part", "A part of this range exists");
    }
    part made{random_hex(8), offset, length, sha1, content};
    in.parts[offset] = made;
    return made;
}

std::optional<item> upload_sessions::commit(const std::string& user, const std::string& id,
                                            const std::vector<std::pair<std::uint64_t, std::string>>& listed,
                                            const std::string& sha1, const std::string& if_match,
                                            std::optional<std::time_t> modified) {
    const std::lock_guard lock(mutex_);
    auto& in = find(user, id);
    std::uint64_t covered = 0;
    for (const auto& [offset, one] : in.parts) covered += one.size;
    if (in.mismatch_first) {
        in.mismatch_first = false;
        throw box_error(400, "parts_mismatch", "No matching part found on server for the last part");
    }
    if (covered != in.size || listed.size() != in.parts.size()) {
        throw box_error(400, "parts_mismatch", "The parts do not make up the file");
    }
    for (const auto& [offset, part_id] : listed) {
        const auto at = in.parts.find(offset);
        if (at == in.parts.end() || at->second.id != part_id) {
            throw box_error(400, "parts_mismatch", "No matching part found on server for " + part_id);
        }
    }
    const auto now = std::chrono::steady_clock::now();
    if (!in.ready) in.ready = now + std::chrono::milliseconds(commit_ms.load());
    const bool early = now < *in.ready;
    if (in.commits_to_delay > 0 || early) {
        if (in.commits_to_delay > 0) --in.commits_to_delay;
        return std::nullopt;
    }
    const auto whole = tree_.new_temporary();
    const auto digest = join(in.parts, whole);
    if (digest != sha1) {
        fs::remove(whole);
        throw box_error(412, "precondition_failed", "The digest does not match the uploaded content");
    }
    try {
        const auto stored =
            in.file_id.empty()
                ? tree_.add_file(user, in.folder_id, in.name, whole, digest, in.size, modified)
                : tree_.add_version(user, in.file_id, in.name, whole, digest, in.size, if_match, modified);
        for (const auto& [offset, one] : in.parts) fs::remove(one.content);
        sessions_.erase(id);
        return stored;
    } catch (...) {
        fs::remove(whole);
        throw;
    }
}

void upload_sessions::abort(const std::string& user, const std::string& id) {
    const std::lock_guard lock(mutex_);
    auto& in = find(user, id);
    for (const auto& [offset, one] : in.parts) fs::remove(one.content);
    sessions_.erase(id);
}

std::size_t upload_sessions::open() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(
        sessions_.begin(), sessions_.end(), [](const auto& one) { return one.second.known && !one.second.expired; }));
}

void upload_sessions::nobody_knows(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto at = sessions_.find(id);
    if (at != sessions_.end()) at->second.known = false;
}

void upload_sessions::expire_all() {
    const std::lock_guard lock(mutex_);
    for (auto& [id, one] : sessions_) {
        for (const auto& [offset, stored] : one.parts) fs::remove(stored.content);
        one.parts.clear();
        one.expired = true;
    }
}

}  // namespace box_simulator
