#include "protocol/storage/access_rules.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(access_rules)

using boxgate::storage::access;
using boxgate::storage::path;

namespace {

path at(const char* text) {
    return path::parse(text).value();
}

const boxgate::storage::access_rules rules(access::list | access::download, {{at("/Inbox"), access::upload},
                                                                             {at("/Inbox/open"), access::all},
                                                                             {at("/Größe"), access::none}});

}  // namespace

BOOST_AUTO_TEST_CASE(the_deepest_rule_counts) {
    BOOST_TEST((rules.at(at("/")) == (access::list | access::download)));
    BOOST_TEST((rules.at(at("/other/file")) == (access::list | access::download)));
    BOOST_TEST((rules.at(at("/Inbox")) == access::upload));
    BOOST_TEST((rules.at(at("/Inbox/a/b")) == access::upload));
    BOOST_TEST((rules.at(at("/Inbox/open/x")) == access::all));
    BOOST_TEST((rules.at(at("/Inboxes")) == (access::list | access::download)));
}

BOOST_AUTO_TEST_CASE(no_other_spelling_leads_past_a_rule) {
    for (const auto* spelling : {"/inbox", "/INBOX/file", "/iNbOx/a"})
        BOOST_TEST((rules.at(at(spelling)) == access::upload));
    const char* const decomposed = "/gro\xCC\x88\xC3\x9F\x65";  // and in small letters
    BOOST_TEST((rules.at(at(decomposed)) == access::none));
    BOOST_TEST((rules.at(at("/GRO\xCC\x88SSE/x")) == access::none));  // ß folds to ss
}

BOOST_AUTO_TEST_CASE(what_holds_a_rule_is_known) {
    BOOST_TEST(rules.has_rule_within(at("/")));
    BOOST_TEST(rules.has_rule_within(at("/inbox")));
    BOOST_TEST(rules.has_rule_within(at("/Inbox/open")));
    BOOST_TEST(!rules.has_rule_within(at("/Inbox/open/x")));
    BOOST_TEST(!rules.has_rule_within(at("/In")));
}

BOOST_AUTO_TEST_CASE(one_set_for_everything_is_enough_for_most) {
    const boxgate::storage::access_rules same = access::download;
    BOOST_TEST((same.at(at("/a/b")) == access::download));
    BOOST_TEST(!same.has_rule_within(at("/")));
    BOOST_TEST((same.anywhere() == access::download));
    BOOST_TEST((rules.anywhere() == access::all));
}

BOOST_AUTO_TEST_SUITE_END()
