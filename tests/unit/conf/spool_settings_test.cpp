// Where uploads wait, and how much of them.
#include "tests/unit/conf/yaml_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(spool_settings)

using boxgate::conf::spool_mode;
using boxgate::testing::yaml_lab;

namespace {

constexpr std::size_t mib = 1024 * 1024;

}  // namespace

BOOST_AUTO_TEST_CASE(uploads_wait_on_disk_unless_told_otherwise) {
    yaml_lab lab;
    const auto spool = lab.gateway("users: u\n").spool;
    BOOST_TEST((spool.mode == spool_mode::disk));
    BOOST_TEST(spool.directory == "/var/tmp");
    BOOST_TEST(spool.max_size == 50 * 1024 * mib);
}

BOOST_AUTO_TEST_CASE(memory_has_a_smaller_bound_of_its_own) {
    yaml_lab lab;
    BOOST_TEST((lab.gateway("spool: { mode: memory }\n").spool.mode == spool_mode::memory));
    BOOST_TEST(lab.gateway("spool: { mode: memory }\n").spool.max_size == 256 * mib);
    BOOST_TEST(lab.gateway("spool: { max_size: 2MiB, mode: memory }\n").spool.max_size == 2 * mib);
    BOOST_TEST(lab.gateway("spool: { max_size: 10GiB }\n").spool.max_size == 10 * 1024 * mib);
}

BOOST_AUTO_TEST_CASE(mistakes_are_told_by_the_name_of_the_setting) {
    yaml_lab lab;
    lab.gateway("spool: { mode: ram }\n");
    BOOST_TEST(lab.told().find("spool.mode") != std::string::npos, lab.told());
    lab.gateway("spool: { max_size: 1KiB }\n");
    BOOST_TEST(lab.told().find("spool.max_size") != std::string::npos, lab.told());
}

BOOST_AUTO_TEST_SUITE_END()
