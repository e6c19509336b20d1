#include "box/http/message.hpp"
#include "box/http/multipart.hpp"
#include "box/http/origin.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(http_basics)

using namespace boxgate::box::http;

BOOST_AUTO_TEST_CASE(field_names_compare_without_case) {
    fields all;
    all.add("Retry-After", "3");
    all.add("retry-after", "4");
    BOOST_TEST(all["RETRY-AFTER"] == "3");
    BOOST_TEST(all.contains("retry-After"));
    BOOST_TEST(!all.contains("Retry"));
    BOOST_TEST(all["Location"] == "");
    all.set("RETRY-after", "5");
    BOOST_TEST(all["Retry-After"] == "5");
    BOOST_TEST(std::distance(all.begin(), all.end()) == 1);
}

BOOST_AUTO_TEST_CASE(an_upload_form_has_attributes_first_and_ends_with_its_boundary) {
    const multipart_frame form(R"({"name":"a"})", "0123456789abcdef");
    BOOST_TEST(form.content_type == "multipart/form-data; boundary=boxgate-0123456789abcdef");
    BOOST_TEST(form.prefix ==
               "--boxgate-0123456789abcdef\r\n"
               "Content-Disposition: form-data; name=\"attributes\"\r\n\r\n"
               "{\"name\":\"a\"}\r\n"
               "--boxgate-0123456789abcdef\r\n"
               "Content-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n"
               "Content-Type: application/octet-stream\r\n\r\n");
    BOOST_TEST(form.suffix == "\r\n--boxgate-0123456789abcdef--\r\n");
}

BOOST_AUTO_TEST_CASE(two_spellings_of_a_place_are_one_origin) {
    BOOST_TEST((origin::of("https://API.box.com/2.0/x?y") == origin::of("HTTPS://api.box.com:443")));
    BOOST_TEST((origin::of("http://api.box.com") == origin(false, "api.box.com", "80")));
    BOOST_TEST((origin::of("https://api.box.com") != origin::of("http://api.box.com")));
    BOOST_TEST((origin::of("https://api.box.com") != origin::of("https://api.box.com:8443")));
}

BOOST_AUTO_TEST_CASE(an_origin_names_itself_as_headers_want_it) {
    BOOST_TEST(origin::of("https://api.box.com/")->host_header() == "api.box.com");
    BOOST_TEST(origin::of("https://api.box.com:8443/")->host_header() == "api.box.com:8443");
    BOOST_TEST(origin::of("http://[::1]:80/")->host_header() == "[::1]");
    BOOST_TEST(origin::of("http://[::1]:80/")->host == "::1");
    BOOST_TEST(origin::of("https://api.box.com/")->authority() == "api.box.com:443");
    BOOST_TEST(origin::of("https://[::1]:8443/")->authority() == "[::1]:8443");
}

BOOST_AUTO_TEST_CASE(what_is_no_plain_http_address_has_no_origin) {
    for (const auto* url :
         {"", "api.box.com", "/2.0/users", "ftp://api.box.com/", "https://", "https:///x", "https://ann@api.box.com/",
          "https://api.box.com@evil.example/", "https://a%0d%0ab/", "https://a b/", "https://b%c3%bcx.example/"}) {
        BOOST_TEST(!origin::of(url).has_value(), url);
    }
}

BOOST_AUTO_TEST_SUITE_END()
