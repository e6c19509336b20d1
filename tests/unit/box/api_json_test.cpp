#include "box/api/json.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(api_json)

using namespace boxgate::box::api;
using std::chrono::sys_days;
using std::chrono::system_clock;
using namespace std::chrono_literals;

namespace {

constexpr auto day = [](int y, unsigned m, unsigned d) {
    return system_clock::time_point(sys_days(std::chrono::year(y) / std::chrono::month(m) / std::chrono::day(d)));
};

std::optional<std::uint64_t> size_of(std::string number) {
    const auto found = parse_item(R"({"type":"file","id":"1","size":)" + number + "}");
    return found ? found->size : std::nullopt;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_file_is_read_with_all_that_the_gateway_asks_for) {
    const auto file = parse_item(std::string_view(R"({"type":"file","id":"517752619323","etag":"3","sequence_id":"12",
        "sha1":"6C86E5B4A3D31A0B7B8F4C2C96A4E4E5F60D5C2B","name":"Bücher \"neu\".txt","size":1234,
        "file_version":{"type":"file_version","id":"548"},"parent":{"type":"folder","id":"77","name":"x"},
        "created_at":"2020-01-01T00:00:00Z","modified_at":"2020-01-02T00:00:00Z",
        "content_created_at":"2019-01-01T00:00:00Z","content_modified_at":"2017-05-16T15:18:02-07:00",
        "item_status":"active","unknown":{"deep":[1,2,{}]}})"));
    BOOST_REQUIRE(file);
    BOOST_TEST((file->type == item_type::file));
    BOOST_TEST(file->id == "517752619323");
    BOOST_TEST(file->name == "Bücher \"neu\".txt");
    BOOST_TEST(file->etag == "3");
    BOOST_TEST(file->sha1 == "6c86e5b4a3d31a0b7b8f4c2c96a4e4e5f60d5c2b");
    BOOST_TEST(file->version_id == "548");
    BOOST_TEST(file->parent_id == "77");
    BOOST_TEST(file->size.value() == 1234U);
    BOOST_TEST(file->sequence_id.value() == 12);
    BOOST_TEST((file->created == day(2019, 1, 1)));
    BOOST_TEST((file->modified == day(2017, 5, 16) + 22h + 18min + 2s));
    BOOST_TEST(!file->trashed);
}

BOOST_AUTO_TEST_CASE(permissions_are_read_where_box_tells_them) {
    const auto silent = parse_item(std::string_view(R"({"type":"file","id":"1","name":"a"})"));
    BOOST_REQUIRE(silent);
    BOOST_TEST(!silent->permissions);
    const auto told = parse_item(std::string_view(
        R"({"type":"file","id":"1","name":"a","permissions":{"can_download":true,"can_upload":false,"can_rename":false,
            "can_delete":null,"can_comment":false}})"));
    BOOST_REQUIRE(told);
    BOOST_REQUIRE(told->permissions);
    BOOST_TEST(told->permissions->can_download);
    BOOST_TEST(!told->permissions->can_upload);
    BOOST_TEST(!told->permissions->can_rename);
    BOOST_TEST(told->permissions->can_delete);  // not said is not refused
}

BOOST_AUTO_TEST_CASE(the_root_has_hardly_anything_and_is_read) {
    const auto root = parse_item(std::string_view(
        R"({"type":"folder","id":0,"name":"All Files","etag":null,"sequence_id":null,"created_at":null,
            "modified_at":null,"parent":null,"size":629644})"));
    BOOST_REQUIRE(root);
    BOOST_TEST((root->type == item_type::folder));
    BOOST_TEST(root->id == "0");
    BOOST_TEST(root->etag == "");
    BOOST_TEST(root->parent_id == "");
    BOOST_TEST(!root->modified);
    BOOST_TEST(!root->sequence_id);
}

BOOST_AUTO_TEST_CASE(numbers_come_in_every_shape) {
    BOOST_TEST(size_of("0").value() == 0U);
    BOOST_TEST(size_of("1.0034576985781e+14").value() == 100345769857810U);
    BOOST_TEST(size_of("\"77\"").value() == 77U);
    BOOST_TEST(size_of("\"1.0e+3\"").value() == 1000U);
    BOOST_TEST(size_of("18446744073709551615").value() == 9223372036854775807U);
    BOOST_TEST(size_of("1e300").value() == 9200000000000000000U);
    for (const auto* nothing : {"-1", "null", "\"many\"", "\"\"", "\"nan\"", "{}", "[7]", "true"}) {
        BOOST_TEST(!size_of(nothing).has_value(), nothing);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_item_is_none) {
    for (const auto* text : {"", "{", "[]", "null", "7", "{}", R"({"type":"file"})", R"({"id":"1"})",
                             R"({"type":"comment","id":"1"})", R"({"type":"file","id":null})", "\xff"}) {
        BOOST_TEST(!parse_item(std::string_view(text)).has_value(), text);
    }
    BOOST_TEST(!parse_json(std::string(100000, '[')).has_value());
}

BOOST_AUTO_TEST_CASE(a_page_holds_files_and_folders_that_are_there) {
    const auto page = parse_page(R"({"entries":[
        {"type":"folder","id":"1","name":"a"}, {"type":"web_link","id":"2","name":"b"},
        {"type":"file","id":"3","name":"c","item_status":"trashed"}, {"type":"file","id":"4","name":"d","size":"5"},
        {"type":"file","id":"5"}, "strange", null],
        "limit":1000,"order":{"by":"type"},"next_marker":"abc="})");
    BOOST_REQUIRE(page);
    BOOST_REQUIRE(page->entries.size() == 2U);
    BOOST_TEST(page->entries[0].name == "a");
    BOOST_TEST(page->entries[1].size.value() == 5U);
    BOOST_TEST(page->next_marker == "abc=");
}

BOOST_AUTO_TEST_CASE(the_last_page_says_so_in_three_ways) {
    for (const auto* text :
         {R"({"entries":[],"next_marker":null})", R"({"entries":[],"next_marker":""})", R"({"entries":[]})"}) {
        const auto page = parse_page(text);
        BOOST_REQUIRE(page.has_value());
        BOOST_TEST(page->next_marker == "");
    }
    BOOST_TEST(!parse_page(R"({"total_count":0})").has_value());
}

BOOST_AUTO_TEST_CASE(users_are_read_and_unlimited_space_is_a_number) {
    const auto users = parse_users(R"({"total_count":1,"entries":[{"type":"user","id":"33","login":"ann@example.com",
        "name":"Ann","status":"active","space_amount":-1,"space_used":1.0e+3,"max_upload_size":2147483648}]})");
    BOOST_REQUIRE(users.size() == 1U);
    BOOST_TEST(users[0].id == "33");
    BOOST_TEST(users[0].login == "ann@example.com");
    BOOST_TEST(users[0].status == "active");
    BOOST_TEST(users[0].space_amount == 9223372036854775807U);
    BOOST_TEST(users[0].space_used == 1000U);
    BOOST_TEST(users[0].max_upload_size == 2147483648U);
    BOOST_TEST(parse_users("<html>").empty());
    BOOST_TEST(parse_user(R"({"id":33})")->id == "33");
    BOOST_TEST(!parse_user("{}").has_value());
}

BOOST_AUTO_TEST_CASE(an_upload_session_is_read_with_its_addresses) {
    const auto session = parse_upload_session(R"({"id":"F971","part_size":8388608,"total_parts":3,
        "session_endpoints":{"upload_part":"https://u/1","commit":"https://u/2","abort":"https://u/3",
        "list_parts":"https://u/4","status":"https://u/5"}})");
    BOOST_REQUIRE(session);
    BOOST_TEST(session->id == "F971");
    BOOST_TEST(session->part_size == 8388608U);
    BOOST_TEST(session->total_parts == 3U);
    BOOST_TEST(session->upload_part_url == "https://u/1");
    BOOST_TEST(session->commit_url == "https://u/2");
    BOOST_TEST(session->abort_url == "https://u/3");
    BOOST_TEST(session->list_parts_url == "https://u/4");
    BOOST_TEST(!parse_upload_session(R"({"id":"F971","part_size":0})").has_value());
    BOOST_TEST(!parse_upload_session(R"({"part_size":8})").has_value());
}

BOOST_AUTO_TEST_CASE(a_part_is_read_bare_and_wrapped) {
    const std::string bare = R"({"part_id":"6F2D","offset":16777216,"size":3222784,"sha1":"134B65"})";
    for (const auto& text : {bare, R"({"part":)" + bare + "}"}) {
        const auto part = parse_upload_part(text);
        BOOST_REQUIRE(part);
        BOOST_TEST(part->part_id == "6F2D");
        BOOST_TEST(part->offset == 16777216U);
        BOOST_TEST(part->size == 3222784U);
        BOOST_TEST(part->sha1 == "134b65");
    }
    BOOST_TEST(!parse_upload_part(R"({"part":null})").has_value());
    BOOST_TEST(parse_upload_parts(R"({"entries":[)" + bare + R"(,{},)" + bare + "]}").size() == 2U);
    BOOST_TEST(parse_first_entry(R"({"entries":[{"type":"file","id":"9"}]})")->id == "9");
    BOOST_TEST(!parse_first_entry(R"({"entries":[]})").has_value());
}

BOOST_AUTO_TEST_CASE(a_conflict_is_an_object_for_files_and_a_list_for_folders) {
    const auto file = parse_error(R"({"type":"error","status":409,"code":"item_name_in_use",
        "context_info":{"conflicts":{"type":"file","id":"517","name":"a.txt"}},"message":"exists","request_id":"pl0"})");
    BOOST_TEST(file.code == "item_name_in_use");
    BOOST_TEST(file.message == "exists");
    BOOST_TEST(file.request_id == "pl0");
    BOOST_TEST(file.conflict.value().id == "517");
    const auto folder = parse_error(
        R"({"code":"item_name_in_use","context_info":{"conflicts":[{"type":"folder","id":"518","name":"a"}]}})");
    BOOST_TEST((folder.conflict.value().type == item_type::folder));
    for (const auto* text : {R"({"code":"x","context_info":{"conflicts":[]}})", R"({"code":"x","context_info":null})",
                             R"({"code":"x"})", R"({"code":"x","context_info":{"conflicts":"y"}})"}) {
        BOOST_TEST(!parse_error(text).conflict.has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(sign_in_errors_have_a_shape_of_their_own) {
    const auto error = parse_error(R"({"error":"invalid_grant","error_description":"Please check the 'exp' claim."})");
    BOOST_TEST(error.code == "invalid_grant");
    BOOST_TEST(error.message == "Please check the 'exp' claim.");
    BOOST_TEST(parse_error("").code == "");
    BOOST_TEST(parse_error("<html>503</html>").message == "");
}

BOOST_AUTO_TEST_CASE(times_are_read_with_any_offset) {
    const auto noon = day(2024, 2, 29) + 12h;
    for (const auto* text : {"2024-02-29T12:00:00Z", "2024-02-29T12:00:00.999Z", "2024-02-29T04:00:00-08:00",
                             "2024-03-01T01:45:00+13:45", "2024-02-29T12:00:00+00:00"}) {
        BOOST_TEST((parse_time(text) == noon), text);
    }
    for (const auto* text : {"", "2024-02-29", "2024-02-30T12:00:00Z", "2024-13-01T12:00:00Z", "2024-02-29T24:00:00Z",
                             "2024-02-29 12:00:00Z", "2024-02-29T12:00:00", "2024-02-29T12:00:00+1",
                             "20x4-02-29T12:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
                             "2024-02-29T12:00:00.", "-024-02-29T12:00:00Z", "2024-02-29T12:00:00x"}) {
        BOOST_TEST(!parse_time(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
