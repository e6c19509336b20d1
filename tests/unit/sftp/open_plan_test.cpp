#include "protocol/sftp/open_plan.hpp"

#include "protocol/sftp/messages.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(open_plan)

namespace flag = boxgate::sftp::open_flag;
using boxgate::sftp::plan_open;
using boxgate::storage::errc;
using boxgate::storage::write_mode;

BOOST_AUTO_TEST_CASE(storing_looks_nothing_up) {
    for (const auto flags : {flag::create | flag::truncate, flag::create, flag::create | flag::truncate | flag::read,
                             flag::create | flag::truncate | flag::append}) {
        const auto plan = plan_open(flag::write | flags);
        BOOST_TEST(!plan.must_look);
        BOOST_TEST((plan.mode == write_mode::replace));
    }
}

BOOST_AUTO_TEST_CASE(exclusive_creates) {
    const auto plan = plan_open(flag::write | flag::create | flag::exclusive);
    BOOST_TEST(plan.must_look);
    BOOST_TEST((plan.refused_if_present && plan.refused_if_present->code == errc::exists));
    BOOST_TEST(!plan.refused_if_absent);
    BOOST_TEST((plan.mode == write_mode::create));
    // Without CREAT it means nothing (section 6.3).
    BOOST_TEST((plan_open(flag::write | flag::exclusive | flag::truncate).mode == write_mode::replace));
}

BOOST_AUTO_TEST_CASE(without_create_the_file_has_to_exist) {
    for (const auto flags : {flag::write, flag::write | flag::truncate}) {
        const auto plan = plan_open(flags);
        BOOST_TEST((plan.refused_if_absent && plan.refused_if_absent->code == errc::not_found));
        BOOST_TEST(!plan.refused_if_present);
    }
}

BOOST_AUTO_TEST_CASE(parts_of_an_existing_file_cannot_be_changed) {
    for (const auto flags : {flag::append | flag::create, flag::append, flag::read, flag::read | flag::create,
                             flag::append | flag::read | flag::create}) {
        const auto plan = plan_open(flag::write | flags);
        BOOST_TEST((plan.refused_if_present && plan.refused_if_present->code == errc::not_supported));
        BOOST_TEST(plan.refused_if_absent.has_value() == ((flags & flag::create) == 0));
    }
}

BOOST_AUTO_TEST_SUITE_END()
