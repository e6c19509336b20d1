#include "box/api/endpoints.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(endpoints)

using namespace boxgate::box;
using boxgate::box::api::endpoints;
using http::method;

namespace {

const endpoints box("https://api.box.com", "https://upload.box.com");
constexpr std::string_view fields =
    "fields=type,id,name,etag,sequence_id,sha1,size,created_at,modified_at,content_created_at,content_modified_at,"
    "item_status,parent,file_version,permissions";

bool same_json(const std::string& text, const char* expected) {
    return boost::json::parse(text) == boost::json::parse(expected);
}

std::string body_of(const call& what) {
    return std::get<std::string>(what.request.body);
}

bool is(const call& what, call_kind kind, method verb, const std::string& url) {
    BOOST_TEST(what.request.url == url);
    return what.kind == kind && what.request.method == verb && what.request.url == url;
}

std::string with_fields(const std::string& url) {
    return url + "?" + std::string(fields);
}

api::upload_session session() {
    api::upload_session opened;
    opened.id = "F971";
    opened.part_size = 8;
    return opened;
}

}  // namespace

BOOST_AUTO_TEST_CASE(users_are_asked_for_with_their_space) {
    const std::string asked = "fields=id,login,name,status,space_amount,space_used,max_upload_size";
    BOOST_TEST(
        is(box.users_by_login("ann+box@example.com"), call_kind::read, method::get,
           "https://api.box.com/2.0/users?user_type=managed&limit=1000&filter_term=ann%2Bbox%40example.com&" + asked));
    BOOST_TEST(is(box.user("33"), call_kind::read, method::get, "https://api.box.com/2.0/users/33?" + asked));
    BOOST_TEST(is(box.current_user(), call_kind::read, method::get, "https://api.box.com/2.0/users/me?" + asked));
}

BOOST_AUTO_TEST_CASE(items_are_asked_for_with_every_field_that_is_shown) {
    BOOST_TEST(is(box.file("5"), call_kind::read, method::get, with_fields("https://api.box.com/2.0/files/5")));
    BOOST_TEST(is(box.folder("0"), call_kind::read, method::get, with_fields("https://api.box.com/2.0/folders/0")));
}

BOOST_AUTO_TEST_CASE(a_listing_asks_for_full_pages_by_marker) {
    const auto first = with_fields("https://api.box.com/2.0/folders/0/items") + "&usemarker=true&limit=1000";
    BOOST_TEST(is(box.list("0", ""), call_kind::read, method::get, first));
    BOOST_TEST(is(box.list("0", "a+/="), call_kind::read, method::get, first + "&marker=a%2B%2F%3D"));
}

BOOST_AUTO_TEST_CASE(an_id_cannot_change_the_path) {
    BOOST_TEST(box.file("../users/1?x#y").request.url.find("/files/..%2Fusers%2F1%3Fx%23y?") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_preflight_asks_the_api_host_and_changes_nothing) {
    const auto what = box.preflight("7", "a \"b\"");
    BOOST_TEST(is(what, call_kind::read, method::options, "https://api.box.com/2.0/files/content"));
    BOOST_TEST(same_json(body_of(what), R"({"name":"a \"b\"","parent":{"id":"7"}})"));
    BOOST_TEST(what.request.headers["Content-Type"] == "application/json");
}

BOOST_AUTO_TEST_CASE(changes_name_their_target_in_json) {
    const auto made = box.create_folder("7", "neu");
    BOOST_TEST(is(made, call_kind::change, method::post, with_fields("https://api.box.com/2.0/folders")));
    BOOST_TEST(same_json(body_of(made), R"({"name":"neu","parent":{"id":"7"}})"));

    const auto moved = box.update(api::item_type::folder, "5", "7", "b");
    BOOST_TEST(is(moved, call_kind::change, method::put, with_fields("https://api.box.com/2.0/folders/5")));
    BOOST_TEST(same_json(body_of(moved), R"({"name":"b","parent":{"id":"7"}})"));
    BOOST_TEST(is(box.update(api::item_type::file, "5", "7", "b"), call_kind::change, method::put,
                  with_fields("https://api.box.com/2.0/files/5")));

    const auto copied = box.copy_file("5", "7", "b");
    BOOST_TEST(is(copied, call_kind::change, method::post, with_fields("https://api.box.com/2.0/files/5/copy")));
    BOOST_TEST(same_json(body_of(copied), R"({"name":"b","parent":{"id":"7"}})"));

    const auto promoted = box.promote_version("5", "9");
    BOOST_TEST(is(promoted, call_kind::change, method::post, "https://api.box.com/2.0/files/5/versions/current"));
    BOOST_TEST(same_json(body_of(promoted), R"({"type":"file_version","id":"9"})"));
}

BOOST_AUTO_TEST_CASE(deleting_a_folder_never_deletes_what_is_in_it) {
    BOOST_TEST(is(box.remove_folder("5"), call_kind::change, method::del,
                  "https://api.box.com/2.0/folders/5?recursive=false"));
    BOOST_TEST(is(box.remove_file("5"), call_kind::change, method::del, "https://api.box.com/2.0/files/5"));
}

BOOST_AUTO_TEST_CASE(a_download_can_be_pinned_to_a_version) {
    BOOST_TEST(is(box.download("5", ""), call_kind::read, method::get, "https://api.box.com/2.0/files/5/content"));
    BOOST_TEST(
        is(box.download("5", "9"), call_kind::read, method::get, "https://api.box.com/2.0/files/5/content?version=9"));
    BOOST_TEST(is(box.versions("5"), call_kind::read, method::get, "https://api.box.com/2.0/files/5/versions?limit=1"));
}

BOOST_AUTO_TEST_CASE(an_upload_goes_to_the_upload_host_with_its_digest) {
    const auto fresh = box.upload_new("multipart/form-data; boundary=b", "da39a3ee", nullptr);
    BOOST_TEST(is(fresh, call_kind::upload, method::post, with_fields("https://upload.box.com/api/2.0/files/content")));
    BOOST_TEST(fresh.request.headers["Content-MD5"] == "da39a3ee");
    BOOST_TEST(fresh.request.headers["Content-Type"] == "multipart/form-data; boundary=b");
    const auto version = box.upload_version("5", "multipart/form-data; boundary=b", "da39a3ee", nullptr, "3");
    BOOST_TEST(
        is(version, call_kind::upload, method::post, with_fields("https://upload.box.com/api/2.0/files/5/content")));
    BOOST_TEST(version.request.headers["Content-MD5"] == "da39a3ee");
    BOOST_TEST(version.request.headers["If-Match"] == "3");
    const auto blind = box.upload_version("5", "multipart/form-data; boundary=b", "da39a3ee", nullptr, "");
    BOOST_TEST(!blind.request.headers.contains("If-Match"));
    BOOST_TEST(same_json(endpoints::upload_attributes("7", "ü"), R"({"name":"ü","parent":{"id":"7"}})"));
}

BOOST_AUTO_TEST_CASE(an_upload_session_is_opened_with_the_size) {
    const auto fresh = box.create_session("7", "big", 30000000000);
    BOOST_TEST(is(fresh, call_kind::change, method::post, "https://upload.box.com/api/2.0/files/upload_sessions"));
    BOOST_TEST(same_json(body_of(fresh), R"({"folder_id":"7","file_name":"big","file_size":30000000000})"));
    const auto version = box.create_version_session("5", "big", 3);
    BOOST_TEST(is(version, call_kind::change, method::post, "https://upload.box.com/api/2.0/files/5/upload_sessions"));
    BOOST_TEST(same_json(body_of(version), R"({"file_name":"big","file_size":3})"));
}

BOOST_AUTO_TEST_CASE(a_part_says_where_it_belongs_and_what_it_is) {
    auto opened = session();
    opened.upload_part_url = "https://upload-las.app.box.com/api/2.0/files/upload_sessions/F971";
    const auto part = box.put_part(opened, 8, 5, 13, std::string(20, '\0'), nullptr);
    BOOST_TEST(is(part, call_kind::part, method::put, opened.upload_part_url));
    BOOST_TEST(part.request.headers["Content-Range"] == "bytes 8-12/13");
    BOOST_TEST(part.request.headers["Digest"] == "sha=AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    BOOST_TEST(part.request.headers["Content-Type"] == "application/octet-stream");
}

BOOST_AUTO_TEST_CASE(a_session_without_addresses_is_reached_by_its_id) {
    const auto base = std::string("https://upload.box.com/api/2.0/files/upload_sessions/F971");
    BOOST_TEST(is(box.put_part(session(), 0, 1, 1, "x", nullptr), call_kind::part, method::put, base));
    BOOST_TEST(is(box.list_parts(session()), call_kind::read, method::get, base + "/parts?limit=1000"));
    BOOST_TEST(
        is(box.list_parts(session(), 1000), call_kind::read, method::get, base + "/parts?limit=1000&offset=1000"));
    BOOST_TEST(is(box.commit(session(), {}, "x", ""), call_kind::part, method::post, base + "/commit"));
    BOOST_TEST(is(box.abort(session()), call_kind::part, method::del, base));
    auto opened = session();
    opened.list_parts_url = "https://u.box.com/parts?a=b";
    BOOST_TEST(box.list_parts(opened).request.url == "https://u.box.com/parts?a=b&limit=1000");
}

BOOST_AUTO_TEST_CASE(a_commit_lists_the_parts_and_the_digest_of_the_whole) {
    api::upload_part part;
    part.part_id = "6F2D";
    part.offset = 8;
    part.size = 5;
    part.sha1 = "134b65";
    const auto what = box.commit(session(), {part}, std::string(20, '\0'), "7");
    BOOST_TEST(same_json(body_of(what), R"({"parts":[{"part_id":"6F2D","offset":8,"size":5,"sha1":"134b65"}]})"));
    BOOST_TEST(what.request.headers["Digest"] == "sha=AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    BOOST_TEST(what.request.headers["If-Match"] == "7");
    BOOST_TEST(!box.commit(session(), {}, "x", "").request.headers.contains("If-Match"));
}

BOOST_AUTO_TEST_SUITE_END()
