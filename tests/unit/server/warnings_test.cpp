#include "server/warnings.hpp"

#include "tests/support/temp_dir.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(warnings)

using boxgate::server::refusal_of;
using boxgate::testing::temp_dir;

namespace {

boxgate::conf::load_outcome sftp_with(const std::filesystem::path& key) {
    boxgate::conf::load_outcome settings;
    settings.gateway.sftp.listen = {{"0.0.0.0", 22}};
    settings.gateway.sftp.host_keys = {key};
    return settings;
}

}  // namespace

BOOST_AUTO_TEST_CASE(loopback_is_no_passive_address_for_a_server_of_others) {
    boxgate::conf::load_outcome settings;
    settings.gateway.ftp.passive_address = "127.0.0.1";
    settings.gateway.ftp.listen = {{"127.0.0.1", 21}};
    BOOST_TEST(refusal_of(settings) == "");
    settings.gateway.ftp.listen = {{"0.0.0.0", 21}};
    BOOST_TEST(refusal_of(settings).find("loopback") != std::string::npos);
    settings.gateway.ftp.passive_address = "192.0.2.10";
    BOOST_TEST(refusal_of(settings) == "");
}

BOOST_AUTO_TEST_CASE(a_host_key_that_is_none_is_told_and_a_missing_one_not_made) {
    const temp_dir home;
    const auto missing = home / "missing";
    BOOST_TEST(refusal_of(sftp_with(missing)) == "");
    BOOST_TEST(!std::filesystem::exists(missing));
    const auto none = home.write("none", "no key\n");
    BOOST_TEST(refusal_of(sftp_with(none)).find("not a private key") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
