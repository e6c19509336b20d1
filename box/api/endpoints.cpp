#include "box/api/endpoints.hpp"

#include <boost/beast/core/detail/base64.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace boxgate::box::api {

namespace json = boost::json;
using http::method;

namespace {

constexpr std::string_view item_fields =
    "type,id,name,etag,sequence_id,sha1,size,created_at,modified_at,content_created_at,content_modified_at,item_status,"
    "parent,file_version,permissions";
constexpr std::string_view user_fields = "id,login,name,status,space_amount,space_used,max_upload_size";

std::string encoded(std::string_view text) {
    return boost::urls::encode({text.data(), text.size()}, boost::urls::unreserved_chars);
}

json::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

json::object parent(std::string_view id) {
    return {{"id", view(id)}};
}

// Of the item as it was when it had this etag.
call only_if(std::string etag, call what) {
    if (!etag.empty()) what.request.headers.set("If-Match", std::move(etag));
    return what;
}

call with_json(call_kind kind, method verb, std::string url, json::object body) {
    http::request request(verb, std::move(url));
    request.headers.set("Content-Type", "application/json");
    request.body = json::serialize(body);
    return call(kind, std::move(request));
}

call plain(call_kind kind, method verb, std::string url) {
    return call(kind, http::request(verb, std::move(url)));
}

std::string with_fields(std::string url) {
    return url + "?fields=" + std::string(item_fields);
}

std::string base64(std::string_view bytes) {
    namespace base64 = boost::beast::detail::base64;
    std::string text(base64::encoded_size(bytes.size()), '\0');
    text.resize(base64::encode(text.data(), bytes.data(), bytes.size()));
    return text;
}

}  // namespace

call endpoints::users_by_login(std::string_view login) const {
    return plain(call_kind::read, method::get,
                 api_ + "/users?user_type=managed&limit=1000&filter_term=" + encoded(login) +
                     "&fields=" + std::string(user_fields));
}

call endpoints::user(std::string_view id) const {
    return plain(call_kind::read, method::get, api_ + "/users/" + encoded(id) + "?fields=" + std::string(user_fields));
}

call endpoints::current_user() const {
    return plain(call_kind::read, method::get, api_ + "/users/me?fields=" + std::string(user_fields));
}

call endpoints::file(std::string_view id) const {
    return plain(call_kind::read, method::get, with_fields(api_ + "/files/" + encoded(id)));
}

call endpoints::folder(std::string_view id) const {
    return plain(call_kind::read, method::get, with_fields(api_ + "/folders/" + encoded(id)));
}

call endpoints::list(std::string_view folder_id, std::string_view marker) const {
    auto url = with_fields(api_ + "/folders/" + encoded(folder_id) + "/items") + "&usemarker=true&limit=1000";
    if (!marker.empty()) url += "&marker=" + encoded(marker);
    return plain(call_kind::read, method::get, std::move(url));
}

call endpoints::preflight(std::string_view parent_id, std::string_view name) const {
    json::object body{{"name", view(name)}, {"parent", parent(parent_id)}};
    return with_json(call_kind::read, method::options, api_ + "/files/content", std::move(body));
}

call endpoints::create_folder(std::string_view parent_id, std::string_view name) const {
    json::object body{{"name", view(name)}, {"parent", parent(parent_id)}};
    return with_json(call_kind::change, method::post, with_fields(api_ + "/folders"), std::move(body));
}

call endpoints::update(item_type type, std::string_view id, std::string_view parent_id, std::string_view name,
                       std::string etag) const {
    json::object body{{"name", view(name)}};
    if (!parent_id.empty()) body["parent"] = parent(parent_id);
    const auto* const kind = type == item_type::folder ? "/folders/" : "/files/";
    return only_if(std::move(etag),
                   with_json(call_kind::change, method::put, with_fields(api_ + kind + encoded(id)), std::move(body)));
}

call endpoints::remove_file(std::string_view id, std::string etag) const {
    return only_if(std::move(etag), plain(call_kind::change, method::del, api_ + "/files/" + encoded(id)));
}

call endpoints::remove_folder(std::string_view id, std::string etag) const {
    return only_if(std::move(etag),
                   plain(call_kind::change, method::del, api_ + "/folders/" + encoded(id) + "?recursive=false"));
}

call endpoints::copy_file(std::string_view id, std::string_view parent_id, std::string_view name) const {
    json::object body{{"name", view(name)}, {"parent", parent(parent_id)}};
    return with_json(call_kind::change, method::post, with_fields(api_ + "/files/" + encoded(id) + "/copy"),
                     std::move(body));
}

call endpoints::download(std::string_view id, std::string_view version_id) const {
    auto url = api_ + "/files/" + encoded(id) + "/content";
    if (!version_id.empty()) url += "?version=" + encoded(version_id);
    return plain(call_kind::read, method::get, std::move(url));
}

std::string endpoints::upload_attributes(std::string_view parent_id, std::string_view name) {
    return json::serialize(json::object{{"name", view(name)}, {"parent", parent(parent_id)}});
}

call endpoints::upload_new(std::string content_type, std::string_view sha1_hex,
                           std::shared_ptr<http::body_source> body) const {
    http::request request(method::post, with_fields(upload_ + "/files/content"));
    request.headers.set("Content-Type", std::move(content_type));
    // Box calls it Content-MD5; what it wants is the SHA-1, in hex.
    request.headers.set("Content-MD5", std::string(sha1_hex));
    request.body = std::move(body);
    return call(call_kind::upload, std::move(request));
}

call endpoints::upload_version(std::string_view file_id, std::string content_type, std::string_view sha1_hex,
                               std::shared_ptr<http::body_source> body, std::string etag) const {
    auto what = upload_new(std::move(content_type), sha1_hex, std::move(body));
    what.request.url = with_fields(upload_ + "/files/" + encoded(file_id) + "/content");
    return only_if(std::move(etag), std::move(what));
}

call endpoints::create_session(std::string_view parent_id, std::string_view name, std::uint64_t size) const {
    json::object body{{"folder_id", view(parent_id)}, {"file_name", view(name)}, {"file_size", size}};
    return with_json(call_kind::change, method::post, upload_ + "/files/upload_sessions", std::move(body));
}

call endpoints::create_version_session(std::string_view file_id, std::string_view name, std::uint64_t size) const {
    json::object body{{"file_name", view(name)}, {"file_size", size}};
    return with_json(call_kind::change, method::post, upload_ + "/files/" + encoded(file_id) + "/upload_sessions",
                     std::move(body));
}

std::string endpoints::session_url(const upload_session& session, const std::string& given,
                                   std::string_view tail) const {
    if (!given.empty()) return given;
    return upload_ + "/files/upload_sessions/" + encoded(session.id) + std::string(tail);
}

call endpoints::put_part(const upload_session& session, std::uint64_t offset, std::uint64_t length, std::uint64_t total,
                         std::string_view sha1, std::shared_ptr<http::body_source> body) const {
    http::request request(method::put, session_url(session, session.upload_part_url, ""));
    request.headers.set("Content-Type", "application/octet-stream");
    request.headers.set("Digest", "sha=" + base64(sha1));
    request.headers.set("Content-Range", "bytes " + std::to_string(offset) + "-" + std::to_string(offset + length - 1) +
                                             "/" + std::to_string(total));
    request.body = std::move(body);
    return call(call_kind::part, std::move(request));
}

call endpoints::list_parts(const upload_session& session, std::uint64_t offset) const {
    auto url = session_url(session, session.list_parts_url, "/parts");
    url += url.find('?') == std::string::npos ? "?limit=1000" : "&limit=1000";
    if (offset > 0) url += "&offset=" + std::to_string(offset);
    return plain(call_kind::read, method::get, std::move(url));
}

call endpoints::commit(const upload_session& session, const std::vector<upload_part>& parts, std::string_view sha1,
                       std::string etag) const {
    json::array list;
    for (const auto& part : parts) {
        list.push_back(
            json::object{{"part_id", part.part_id}, {"offset", part.offset}, {"size", part.size}, {"sha1", part.sha1}});
    }
    auto what = with_json(call_kind::part, method::post, session_url(session, session.commit_url, "/commit"),
                          json::object{{"parts", std::move(list)}});
    what.request.headers.set("Digest", "sha=" + base64(sha1));
    return only_if(std::move(etag), std::move(what));
}

call endpoints::abort(const upload_session& session) const {
    return plain(call_kind::part, method::del, session_url(session, session.abort_url, ""));
}

call endpoints::realtime_server() const {
    return plain(call_kind::read, method::options, api_ + "/events");
}

call endpoints::events(std::string_view position) const {
    return plain(call_kind::read, method::get,
                 api_ + "/events?stream_type=changes&limit=500&stream_position=" + encoded(position));
}

call endpoints::versions(std::string_view file_id) const {
    return plain(call_kind::read, method::get, api_ + "/files/" + encoded(file_id) + "/versions?limit=1");
}

call endpoints::promote_version(std::string_view file_id, std::string_view version_id) const {
    json::object body{{"type", "file_version"}, {"id", view(version_id)}};
    return with_json(call_kind::change, method::post, api_ + "/files/" + encoded(file_id) + "/versions/current",
                     std::move(body));
}

}  // namespace boxgate::box::api
