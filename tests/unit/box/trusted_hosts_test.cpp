#include "box/trusted_hosts.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(trusted_hosts)

using boxgate::box::options;
using boxgate::box::trusted_hosts;

namespace {

trusted_hosts with(std::string api, std::string upload) {
    options settings;
    settings.api_url = std::move(api);
    settings.upload_url = std::move(upload);
    return trusted_hosts(settings);
}

}  // namespace

BOOST_AUTO_TEST_CASE(box_itself_may_see_tokens_on_all_its_hosts_over_https) {
    const auto hosts = with("https://api.box.com", "https://upload.box.com");
    for (const auto* url : {"https://api.box.com/2.0/users", "https://api.box.com:443/x", "https://upload.box.com/x",
                            "https://upload-las.app.box.com/api/2.0/files/content", "https://API.BOX.COM/x"}) {
        BOOST_TEST(hosts.may_see_token(url), url);
    }
    for (const auto* url :
         {"http://api.box.com/2.0/users", "https://api.box.com:8443/", "https://dl.boxcloud.com/d/1/x/download",
          "https://evilbox.com/", "https://api.box.com.evil.example/", "https://evil.example/.box.com",
          "https://evil.example?.box.com", "https://evil.example#.box.com", "https://x@api.box.com/",
          "https://api.box.com@evil.example/", "https://box.com/", "not a url", ""}) {
        BOOST_TEST(!hosts.may_see_token(url), url);
    }
}

BOOST_AUTO_TEST_CASE(another_base_trusts_exactly_its_own_two_hosts) {
    const auto hosts = with("http://127.0.0.1:4711", "https://upload.test:4712");
    BOOST_TEST(hosts.may_see_token("http://127.0.0.1:4711/2.0/x"));
    BOOST_TEST(hosts.may_see_token("https://upload.test:4712/api/2.0/x"));
    BOOST_TEST(!hosts.may_see_token("http://127.0.0.1:4713/2.0/x"));
    BOOST_TEST(!hosts.may_see_token("https://api.box.com/2.0/x"));
    BOOST_TEST(!hosts.may_see_token("http://upload.test:4712/api/2.0/x"));
}

BOOST_AUTO_TEST_CASE(downloads_are_fetched_over_https_unless_box_is_configured_without) {
    const auto secure = with("https://api.box.com", "https://upload.box.com");
    BOOST_TEST(secure.may_be_fetched("https://dl.boxcloud.com/d/1/x/download"));
    BOOST_TEST(!secure.may_be_fetched("http://dl.boxcloud.com/d/1/x/download"));
    BOOST_TEST(!secure.may_be_fetched("file:///etc/passwd"));
    BOOST_TEST(with("http://127.0.0.1:4711", "http://127.0.0.1:4711").may_be_fetched("http://127.0.0.1:4711/d/1"));
}

BOOST_AUTO_TEST_SUITE_END()
