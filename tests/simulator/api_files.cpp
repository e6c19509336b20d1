// The API's files: items, versions, downloads.
#include "tests/simulator/exchange.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace box_simulator {

namespace json = boost::json;

namespace {

std::optional<std::uint64_t> size_of(const json::object& body) {
    const auto* size = body.if_contains("size");
    if (!size || !size->is_number()) return std::nullopt;
    return size->to_number<std::uint64_t>();
}

std::optional<item_lock> lock_from(const json::value& body, const std::string& user) {
    if (body.is_null()) return std::nullopt;
    if (!body.is_object()) throw box_error(400, "bad_request", "lock is not an object");
    const auto& fields = body.as_object();
    item_lock made;
    made.by = user;
    made.expires = from_iso(text(fields, "expires_at")).value_or(0);
    const auto* no_download = fields.if_contains("is_download_prevented");
    made.no_download = no_download && no_download->is_bool() && no_download->as_bool();
    return made;
}

}  // namespace

http_response api::show(const exchange& with, const item& what) const {
    if (with.request.header("if-none-match") == std::to_string(what.etag) && !what.parent_id.empty()) {
        http_response answer;
        answer.status = 304;
        return answer;
    }
    return json_answer(200, tree_.to_json(what, with.fields()));
}

http_response api::files(exchange& with) {
    const auto& method = with.request.method;
    const auto& parts = with.parts;
    if (parts.size() >= 2 && parts[1] == "upload_sessions") return sessions(with);
    if (parts.size() == 2 && parts[1] == "content" && method == "POST" && with.upload_host)
        return direct_upload(with, "");
    if (parts.size() == 2 && parts[1] == "content" && method == "OPTIONS") {
        const auto& body = with.json();
        tree_.check_upload(with.user, parent_of(body).value_or(""), text(body, "name"), size_of(body));
        return json_answer(200,
                           json::object{{"upload_url", host_for(with, "upload.box.com") + "/api/2.0/files/content"},
                                        {"upload_token", nullptr}});
    }
    if (parts.size() == 2 && method == "GET") return show(with, tree_.get(with.user, "file", parts[1]));
    if (parts.size() == 2 && method == "PUT") {
        const auto& body = with.json();
        if (const auto* lock = body.if_contains("lock")) {
            const auto changed = tree_.set_lock(with.user, parts[1], lock_from(*lock, with.user), with.if_match());
            return json_answer(200, tree_.to_json(changed, with.fields()));
        }
        const auto name = body.contains("name") ? std::optional(text(body, "name")) : std::nullopt;
        const auto changed = tree_.update(with.user, "file", parts[1], name, parent_of(body), with.if_match());
        return json_answer(200, tree_.to_json(changed, with.fields()));
    }
    if (parts.size() == 2 && method == "DELETE") {
        tree_.remove(with.user, "file", parts[1], false, with.if_match());
        http_response answer;
        answer.status = 204;
        return answer;
    }
    if (parts.size() == 3 && parts[2] == "upload_sessions" && method == "POST" && with.upload_host)
        return sessions(with);
    if (parts.size() == 3 && parts[2] == "content" && method == "GET") return download(with, parts[1]);
    if (parts.size() == 3 && parts[2] == "content" && method == "POST" && with.upload_host) {
        return direct_upload(with, parts[1]);
    }
    if (parts.size() == 3 && parts[2] == "content" && method == "OPTIONS") {
        const auto& body = with.json();
        tree_.check_version(with.user, parts[1], text(body, "name"), size_of(body));
        return json_answer(200, json::object{{"upload_url", host_for(with, "upload.box.com") + "/api/2.0/files/" +
                                                                parts[1] + "/content"},
                                             {"upload_token", nullptr},
                                             {"download_url", nullptr}});
    }
    if (parts.size() == 3 && parts[2] == "copy" && method == "POST") {
        const auto& body = with.json();
        const auto name = body.contains("name") ? std::optional(text(body, "name")) : std::nullopt;
        const auto made = tree_.copy_file(with.user, parts[1], parent_of(body).value_or(""), name);
        return json_answer(201, tree_.to_json(made, with.fields()));
    }
    if (parts.size() == 3 && parts[2] == "versions" && method == "GET") {
        const auto file = tree_.get(with.user, "file", parts[1]);
        json::array entries;
        for (auto at = file.versions.rbegin() + 1; at < file.versions.rend(); ++at) {
            entries.push_back(
                json::object{{"type", "file_version"}, {"id", at->id}, {"sha1", at->sha1}, {"size", at->size}});
        }
        const auto total = entries.size();
        return json_answer(200,
                           json::object{{"total_count", total}, {"entries", entries}, {"limit", 1000}, {"offset", 0}});
    }
    if (parts.size() == 4 && parts[2] == "versions" && parts[3] == "current" && method == "POST") {
        const auto file = tree_.promote(with.user, parts[1], text(with.json(), "id"));
        const auto& version = file.current();
        return json_answer(201, json::object{{"type", "file_version"}, {"id", version.id}, {"sha1", version.sha1}});
    }
    throw box_error(405, "method_not_allowed", "Method Not Allowed");
}

http_response api::download(exchange& with, const std::string& id) {
    const auto file = tree_.get(with.user, "file", id);
    if (file.locked_against(with.user) && file.lock->no_download) {
        throw box_error(403, "access_denied_item_locked", "Item is locked");
    }
    auto version = file.current();
    const auto wanted = with.request.query.find("version");
    if (wanted != with.request.query.end()) {
        const auto at = std::find_if(file.versions.begin(), file.versions.end(),
                                     [&](const file_version& one) { return one.id == wanted->second; });
        if (at == file.versions.end()) throw box_error(404, "not_found", "Not Found");
        version = *at;
    }
    http_response answer;
    if (download_202_count > 0) {
        --download_202_count;
        answer.status = 202;
        answer.headers.emplace_back("Retry-After", "1");
        return answer;
    }
    const auto ticket = random_hex(64);
    {
        const std::lock_guard lock(mutex_);
        downloads_[ticket] = {with.user, version.id, version.size,
                              now() + std::chrono::seconds(download_url_lifetime.load())};
    }
    answer.status = 302;
    answer.headers.emplace_back("Location", host_for(with, "dl.boxcloud.com") + "/d/1/" + ticket + "/download");
    answer.headers.emplace_back("box-request-id", random_hex(20));
    return answer;
}

// Whose link it is: content is fetched without a token.
std::string api::downloader(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto at = downloads_.find(path.substr(5, path.find('/', 5) - 5));
    return at == downloads_.end() ? std::string() : at->second.user;
}

http_response api::content(exchange& with) {
    const auto& path = with.request.path;
    const auto ticket = path.substr(5, path.find('/', 5) - 5);
    download_ticket found;
    {
        const std::lock_guard lock(mutex_);
        const auto at = downloads_.find(ticket);
        if (at == downloads_.end() || at->second.expires <= now())
            throw box_error(403, "forbidden", "The link has expired");
        found = at->second;
    }
    if (with.request.method != "GET") throw box_error(405, "method_not_allowed", "Method Not Allowed");
    http_response answer;
    answer.headers.emplace_back("Accept-Ranges", "bytes");
    answer.headers.emplace_back("Content-Type", "application/octet-stream");
    std::uint64_t first = 0;
    std::uint64_t last = found.size == 0 ? 0 : found.size - 1;
    const auto range = with.request.header("range");
    if (!range.empty()) {
        // Only absolute ranges: Box knows no suffixes.
        unsigned long long from = 0, to = 0;
        const int fields = sscanf(range.c_str(), "bytes=%llu-%llu", &from, &to);
        if (fields < 1 || from >= found.size || (fields == 2 && to < from)) {
            answer.status = 416;
            return answer;
        }
        first = from;
        if (fields == 2) last = std::min<std::uint64_t>(to, last);
        answer.status = 206;
        answer.headers.emplace_back("Content-Range", "bytes " + std::to_string(first) + "-" + std::to_string(last) +
                                                         "/" + std::to_string(found.size));
    }
    const auto length = found.size == 0 ? 0 : last - first + 1;
    answer.content = http_response::file_range{tree_.blob(found.version_id), first, length};
    answer.bytes_per_second = download_bytes_per_second;
    return answer;
}

}  // namespace box_simulator
