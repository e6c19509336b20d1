#include "protocol/ftp/listing.hpp"

#include <boost/test/unit_test.hpp>

namespace boxgate::testing {

using namespace boxgate::ftp;
using storage::access;
using storage::entry;
using storage::entry_kind;

namespace {

using std::chrono::system_clock;

system_clock::time_point at(std::time_t seconds) {
    return system_clock::from_time_t(seconds);
}

constexpr std::time_t now = 1'700'000'000;  // Tue Nov 14 22:13:20 UTC 2023

entry file(std::string name, std::uint64_t size = 5, std::time_t modified = now - 60) {
    entry one;
    one.name = std::move(name);
    one.size = size;
    one.modified = at(modified);
    one.id = "77";
    return one;
}

entry directory(std::string name) {
    auto one = file(std::move(name), 0);
    one.kind = entry_kind::directory;
    return one;
}

std::string listed(const entry& one, access granted = access::all) {
    return list_line(one, granted, at(now), time_zone());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(listing)

BOOST_AUTO_TEST_CASE(a_line_looks_as_ls_writes_it) {
    BOOST_TEST(listed(file("a b.txt", 1234)) == "-rw-r--r-- 1 box box         1234 Nov 14 22:12 a b.txt\r\n");
    BOOST_TEST(listed(directory("d")) == "drwxr-xr-x 1 box box            0 Nov 14 22:12 d\r\n");
    BOOST_TEST(listed(file("x", 5'000'000'000'000)).find("5000000000000") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_old_or_in_the_future_shows_its_year) {
    BOOST_TEST(listed(file("x", 5, 1'600'000'000)).find("Sep 13  2020 x") != std::string::npos);
    BOOST_TEST(listed(file("x", 5, now + 60)).find("Nov 14  2023 x") != std::string::npos);
    BOOST_TEST(listed(file("x", 5, now - 181L * 86400)).find("May 17 22:13 x") != std::string::npos);
    BOOST_TEST(listed(file("x", 5, now - 183L * 86400)).find("May 15  2023 x") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(permissions_are_the_account_s) {
    BOOST_TEST(listed(file("x"), access::list | access::download).starts_with("-r--r--r--"));
    BOOST_TEST(listed(directory("x"), access::list).starts_with("dr-xr-xr-x"));
    BOOST_TEST(fact_line(file("x"), "x", access::all, {}).find("perm=rwdf;") != std::string::npos);
    BOOST_TEST(fact_line(file("x"), "x", access::download, {}).find("perm=r;") != std::string::npos);
    BOOST_TEST(fact_line(directory("x"), "x", access::all, {}).find("perm=elcmdpf;") != std::string::npos);
    BOOST_TEST(fact_line(directory("x"), "x", access::list, {}).find("perm=el;") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(permissions_are_no_more_than_box_allows) {
    auto one = file("x");
    one.allowed = access::list | access::download;
    BOOST_TEST(listed(one).starts_with("-r--r--r--"));
    BOOST_TEST(fact_line(one, "x", access::all, {}).find("perm=r;") != std::string::npos);
    BOOST_TEST(fact_line(one, "x", access::overwrite, {}).find("perm=;") != std::string::npos);
    auto folder = directory("x");
    folder.allowed = access::list | access::upload | access::mkdir | access::download;
    BOOST_TEST(listed(folder).starts_with("drwxr-xr-x"));
    BOOST_TEST(fact_line(folder, "x", access::all, {}).find("perm=elcm;") != std::string::npos);
    folder.allowed = access::list;
    BOOST_TEST(listed(folder).starts_with("dr-xr-xr-x"));
}

BOOST_AUTO_TEST_CASE(facts_are_written_as_rfc_3659_says) {
    BOOST_TEST(fact_line(file("x", 9), "x y", access::download, {}) ==
               "type=file;size=9;modify=20231114221220;perm=r;unique=77; x y");
    BOOST_TEST(fact_line(directory("x"), "/x", access::list, {}) ==
               "type=dir;modify=20231114221220;perm=el;unique=77; /x");
    fact_choice few;
    few.size = few.modify = few.perm = few.unique = false;
    BOOST_TEST(fact_line(file("x"), "x", access::all, few) == "type=file; x");
}

BOOST_AUTO_TEST_CASE(facts_are_chosen_by_name_in_any_order_and_case) {
    BOOST_TEST(chosen_of(parse_facts("Size;TYPE;")) == "type;size;");
    BOOST_TEST(chosen_of(parse_facts("modify;unknown;")) == "modify;");
    BOOST_TEST(chosen_of(parse_facts("")) == "");
    BOOST_TEST(chosen_of({}) == "type;size;modify;perm;unique;");
    BOOST_TEST(feature_of(parse_facts("size;")) == "type;size*;modify;perm;unique;");
}

BOOST_AUTO_TEST_CASE(a_name_that_would_forge_a_line_is_not_listed) {
    BOOST_TEST(listed(file("a\r\n-rw-r--r-- 1 b")) == "");
    BOOST_TEST(!is_listable("a\nb"));
    BOOST_TEST(!is_listable(""));
    BOOST_TEST(is_listable("größe \x01"));
}

BOOST_AUTO_TEST_CASE(times_are_local_ones_of_the_zone) {
    const auto zone = time_zone::load("Europe/Berlin");
    BOOST_TEST(list_line(file("x"), access::all, at(now), zone).find("Nov 14 23:12 x") != std::string::npos);
    // Facts are always UTC (RFC 3659 section 2.3).
    BOOST_TEST(fact_line(file("x"), "x", access::all, {}).find("modify=20231114221220;") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
