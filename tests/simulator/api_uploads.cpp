// The API's uploads: the direct form, and sessions.
#include "tests/simulator/exchange.hpp"
#include "tests/simulator/multipart.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <fstream>

namespace box_simulator {

namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

// A file that goes unless it was moved away.
struct temporary {
    explicit temporary(fs::path where) : path(std::move(where)) {}
    ~temporary() {
        std::error_code ignored;
        fs::remove(path, ignored);
    }
    fs::path path;
};

json::object one_entry(json::object entry) {
    return {{"total_count", 1}, {"entries", json::array{std::move(entry)}}};
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(tolower(c)); });
    return text;
}

// "sha=<base64>", in either case of "sha", as 20 bytes.
std::string digest_header(const http_request& request) {
    const auto value = request.header("digest");
    if (lower(value.substr(0, 4)) != "sha=") throw box_error(400, "bad_request", "The Digest header is missing");
    const auto digest = from_base64(value.substr(4));
    if (!digest || digest->size() != 20) throw box_error(400, "bad_request", "The Digest header is malformed");
    return *digest;
}

json::object part_json(const upload_sessions::part& part) {
    return {{"part_id", part.id}, {"offset", part.offset}, {"size", part.size}, {"sha1", part.sha1}};
}

// As a fault may want it.
json::object told_of(const api::exchange& with, json::object stored) {
    if (with.broken && with.broken->answer_size) stored["size"] = *with.broken->answer_size;
    return stored;
}

}  // namespace

http_response api::direct_upload(exchange& with, const std::string& file_id) {
    const temporary file(tree_.new_temporary());
    std::ofstream out(file.path, std::ios::binary);
    sha1_stream hash;
    std::uint64_t size = 0;
    json::object attributes;
    multipart_reader form(
        with.request.header("content-type"), file_id.empty(),
        [&](const char* bytes, std::size_t n) {
            boost::system::error_code error;
            auto parsed = json::parse(json::string_view(bytes, n), error);
            if (error || !parsed.is_object()) throw box_error(400, "bad_request", "The attributes are not JSON");
            attributes = std::move(parsed.as_object());
            with.has_body(attributes);
            // Refusals that need no content come before it.
            if (file_id.empty()) {
                tree_.check_upload(with.user, parent_of(attributes).value_or(""), text(attributes, "name"),
                                   std::nullopt);
            } else {
                tree_.check_version(with.user, file_id, text(attributes, "name"), std::nullopt);
            }
        },
        [&](const char* bytes, std::size_t n) {
            const auto came = with.arrived(bytes, n, size);
            size += n;
            if (size > direct_upload_limit) throw box_error(413, "request_entity_too_large", "The file is too large");
            hash.update(came.data(), n);
            out.write(came.data(), static_cast<std::streamsize>(n));
        });
    std::vector<char> buffer(256 * 1024);
    while (const auto n = with.read(buffer.data(), buffer.size())) form.feed(buffer.data(), n);
    if (!form.complete()) throw box_error(400, "bad_request", "The form is not complete");
    out.close();
    auto sha1 = hex(hash.finish());
    const auto expected = lower(with.request.header("content-md5"));
    if (!expected.empty() && expected != sha1)
        throw box_error(400, "bad_digest", "The content does not match its digest");
    // What is kept is not what came.
    if (with.broken && with.broken->damage) sha1[0] = sha1[0] == '0' ? '1' : '0';
    const auto modified = from_iso(text(attributes, "content_modified_at"));
    const auto stored = file_id.empty() ? tree_.add_file(with.user, parent_of(attributes).value_or(""),
                                                         text(attributes, "name"), file.path, sha1, size, modified)
                                        : tree_.add_version(with.user, file_id, text(attributes, "name"), file.path,
                                                            sha1, size, with.if_match(), modified);
    return json_answer(file_id.empty() ? 201 : 200, one_entry(told_of(with, tree_.to_json(stored, with.fields()))));
}

http_response api::sessions(exchange& with) {
    const auto& method = with.request.method;
    const auto& parts = with.parts;
    const bool for_version = parts.size() == 3 && parts[2] == "upload_sessions";
    if (method == "POST" && (for_version || parts.size() == 2)) {
        const auto& body = with.json();
        const auto* size = body.if_contains("file_size");
        if (!size || !size->is_number()) throw box_error(400, "missing_file_size", "file_size is missing");
        const auto made = uploads_.create(with.user, for_version ? parts[1] : "", text(body, "folder_id"),
                                          text(body, "file_name"), size->to_number<std::uint64_t>());
        with.made_session = made.id;
        const auto base = host_for(with, "upload.box.com") + "/api/2.0/files/upload_sessions/" + made.id;
        return json_answer(201, json::object{{"id", made.id},
                                             {"type", "upload_session"},
                                             {"session_expires_at", to_iso(std::time(nullptr) + 7 * 24 * 3600)},
                                             {"part_size", made.part_size},
                                             {"total_parts", (made.size + made.part_size - 1) / made.part_size},
                                             {"num_parts_processed", 0},
                                             {"session_endpoints", json::object{{"upload_part", base},
                                                                                {"commit", base + "/commit"},
                                                                                {"abort", base},
                                                                                {"list_parts", base + "/parts"},
                                                                                {"status", base},
                                                                                {"log_event", base + "/log"}}}});
    }
    if (parts.size() < 3) throw box_error(405, "method_not_allowed", "Method Not Allowed");
    const auto& id = parts[2];
    if (parts.size() == 3 && method == "PUT") return put_part(with, id);
    if (parts.size() == 3 && method == "GET") {
        const auto found = uploads_.get(with.user, id);
        return json_answer(200, json::object{{"id", id},
                                             {"type", "upload_session"},
                                             {"part_size", found.part_size},
                                             {"num_parts_processed", found.parts.size()}});
    }
    if (parts.size() == 3 && method == "DELETE") {
        uploads_.abort(with.user, id);
        http_response answer;
        answer.status = 204;
        return answer;
    }
    if (parts.size() == 4 && parts[3] == "parts" && method == "GET") {
        json::array entries;
        for (const auto& [offset, part] : uploads_.get(with.user, id).parts) entries.push_back(part_json(part));
        const auto total = entries.size();
        return json_answer(200,
                           json::object{{"entries", entries}, {"limit", 1000}, {"offset", 0}, {"total_count", total}});
    }
    if (parts.size() == 4 && parts[3] == "commit" && method == "POST") return commit(with, id);
    throw box_error(405, "method_not_allowed", "Method Not Allowed");
}

http_response api::put_part(exchange& with, const std::string& id) {
    unsigned long long first = 0, last = 0, total = 0;
    if (sscanf(with.request.header("content-range").c_str(), "bytes %llu-%llu/%llu", &first, &last, &total) != 3 ||
        last < first) {
        throw box_error(400, "bad_request", "The Content-Range header is malformed");
    }
    const auto digest = digest_header(with.request);
    const auto length = last - first + 1;
    uploads_.check_range(with.user, id, first, length, total);
    temporary file(tree_.new_temporary());
    std::uint64_t size = 0;
    const auto received = with.receive(file.path, length, size);
    if (size != length) throw box_error(416, "invalid_range", "The part has another length than its range");
    if (received != digest) throw box_error(412, "precondition_failed", "The part does not match its digest");
    const auto part = uploads_.add(with.user, id, first, length, file.path, hex(received));
    file.path.clear();  // the session keeps it
    return json_answer(200, json::object{{"part", part_json(part)}});
}

http_response api::commit(exchange& with, const std::string& id) {
    const auto digest = hex(digest_header(with.request));
    const auto& body = with.json();
    const auto* list = body.if_contains("parts");
    if (!list || !list->is_array()) throw box_error(400, "bad_request", "parts is missing");
    std::vector<std::pair<std::uint64_t, std::string>> listed;
    for (const auto& one : list->as_array()) {
        listed.emplace_back(one.at("offset").to_number<std::uint64_t>(), text(one.as_object(), "part_id"));
    }
    std::optional<std::time_t> modified;
    if (const auto* attributes = body.if_contains("attributes"); attributes && attributes->is_object()) {
        modified = from_iso(text(attributes->as_object(), "content_modified_at"));
    }
    const auto stored = uploads_.commit(with.user, id, listed, digest, with.if_match(), modified);
    if (!stored) {
        http_response answer;
        answer.status = 202;
        answer.headers.emplace_back("Retry-After", std::to_string(uploads_.commit_retry_after.load()));
        return answer;
    }
    return json_answer(201, one_entry(told_of(with, tree_.to_json(*stored, with.fields()))));
}

}  // namespace box_simulator
