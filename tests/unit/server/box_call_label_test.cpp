#include "server/box_call_label.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(box_call_label)

using boxgate::box::http::method;

namespace {

std::string label(method verb, const char* url) {
    return boxgate::server::box_call_label(verb, url, "https://api.box.com", "https://upload.box.com");
}

}  // namespace

BOOST_AUTO_TEST_CASE(ids_and_queries_are_left_out) {
    BOOST_TEST(label(method::get, "https://api.box.com/2.0/folders/0/items?limit=1000&marker=abc") ==
               "GET /2.0/folders/{id}/items");
    BOOST_TEST(
        label(method::put, "https://upload.box.com/api/2.0/files/upload_sessions/F971964745A5CD0C001BBE4E58196BFD") ==
        "PUT /api/2.0/files/upload_sessions/{id}");
    BOOST_TEST(label(method::post, "https://upload.box.com/api/2.0/files/content") == "POST /api/2.0/files/content");
    BOOST_TEST(label(method::post, "https://api.box.com/oauth2/token") == "POST /oauth2/token");
    BOOST_TEST(label(method::del, "https://api.box.com/2.0/files/12345") == "DELETE /2.0/files/{id}");
}

BOOST_AUTO_TEST_CASE(addresses_made_by_box_are_one_and_never_show_their_tickets) {
    BOOST_TEST(label(method::get, "https://dl.boxcloud.com/d/1/secret-ticket/download") == "GET content");
    BOOST_TEST(label(method::get, "https://api.box.com/d/1/secret-ticket/download") == "GET content");
}

BOOST_AUTO_TEST_SUITE_END()
