#include "protocol/sftp/long_name.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(long_name)

using boxgate::storage::access;
using clock = std::chrono::system_clock;

namespace {

boxgate::storage::entry made(std::chrono::seconds when) {
    boxgate::storage::entry file;
    file.size = 4711;
    file.modified = clock::time_point(when);
    return file;
}

constexpr std::chrono::seconds now{1'700'000'000};  // 2023-11-14 22:13:20 UTC

std::string line(const boxgate::storage::entry& what, std::string_view name, access granted = access::all) {
    return boxgate::sftp::long_name(what, name, "ann", granted, clock::time_point(now));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_recent_file_has_hour_and_minute) {
    BOOST_TEST(line(made(now - std::chrono::hours(1)), "some file") ==
               "-rw-r--r--    1 ann      ann          4711 Nov 14 21:13 some file");
}

BOOST_AUTO_TEST_CASE(old_and_future_files_have_the_year) {
    BOOST_TEST(line(made(std::chrono::seconds(1'600'000'000)), "x") ==
               "-rw-r--r--    1 ann      ann          4711 Sep 13  2020 x");
    BOOST_TEST(line(made(now + std::chrono::hours(24)), "x") ==
               "-rw-r--r--    1 ann      ann          4711 Nov 15  2023 x");
}

BOOST_AUTO_TEST_CASE(a_directory_begins_with_d_and_modes_are_the_accounts) {
    auto folder = made(now);
    folder.kind = boxgate::storage::entry_kind::directory;
    folder.size = 0;
    BOOST_TEST(line(folder, "..", access::list | access::download) ==
               "dr-xr-xr-x    1 ann      ann             0 Nov 14 22:13 ..");
}

BOOST_AUTO_TEST_CASE(long_sizes_and_owners_are_not_cut) {
    auto file = made(now);
    file.size = 123'456'789'012;
    BOOST_TEST(boxgate::sftp::long_name(file, "n", "a-long-owner", access::all, clock::time_point(now)) ==
               "-rw-r--r--    1 a-long-owner a-long-owner 123456789012 Nov 14 22:13 n");
}

BOOST_AUTO_TEST_SUITE_END()
