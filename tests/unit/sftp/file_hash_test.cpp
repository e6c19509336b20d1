#include "protocol/sftp/file_hash.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(file_hash)

using boxgate::sftp::request;
using boxgate::sftp::whole_file_hash;
using boxgate::storage::errc;

namespace {

boxgate::storage::entry file() {
    boxgate::storage::entry made;
    made.size = 1000;
    made.sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
    return made;
}

request asking(std::string algorithms, std::uint64_t offset = 0, std::uint64_t length = 0, std::uint32_t block = 0) {
    request made;
    made.text = std::move(algorithms);
    made.offset = offset;
    made.length = length;
    made.number = block;
    return made;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_whole_file_has_its_sha1) {
    for (const auto& asked : {asking("sha1"), asking("md5,sha1"), asking("sha1,md5", 0, 1000), asking("sha1", 0, 5000),
                              asking("sha1", 0, 0, 1000), asking("sha1", 0, 0, 65536)}) {
        const auto hash = whole_file_hash(asked, file());
        BOOST_TEST_REQUIRE(hash.has_value());
        BOOST_TEST(hash->size() == 20u);
        BOOST_TEST((*hash)[0] == '\xda');
        BOOST_TEST((*hash)[19] == '\x09');
    }
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
    for (const auto& asked : {asking("md5"), asking(""), asking("sha11"), asking("xsha1,sha256"), asking("sha1", 1),
                              asking("sha1", 0, 999), asking("sha1", 0, 0, 256)}) {
        const auto hash = whole_file_hash(asked, file());
        BOOST_TEST_REQUIRE(hash.has_error());
        BOOST_TEST(hash.error().code == errc::not_supported);
    }
    auto unknown = file();
    unknown.sha1.clear();
    BOOST_TEST(whole_file_hash(asking("sha1"), unknown).error().code == errc::not_supported);
    auto directory = file();
    directory.kind = boxgate::storage::entry_kind::directory;
    BOOST_TEST(whole_file_hash(asking("sha1"), directory).error().code == errc::is_a_directory);
}

BOOST_AUTO_TEST_SUITE_END()
