#include "tests/conformance/box_case.hpp"

// What Box says of a user's rights to an item, and that knowing it costs no call.

BOOST_AUTO_TEST_SUITE(box_permissions)

using namespace boxgate::testing;
using boxgate::storage::access;

BOOST_FIXTURE_TEST_CASE(they_come_with_the_listing_and_with_a_look, box_case) {
    auto& box = home.box();
    box.items().seed(box_fixture::user_id, "/shared/f", "text");
    box.items().seed(box_fixture::user_id, "/own", "text");
    box.items().deny(home.item_at("/shared")->id, {"can_upload", "can_delete"});
    const auto restricted_folder = access::list | access::download | access::rename | access::overwrite;
    const auto restricted_file = access::list | access::download | access::rename | access::upload | access::mkdir;
    const auto before = box.requests().since(0).size();
    for (const auto& each : user.entries("/")) {
        BOOST_TEST((each.allowed == (each.name == "shared" ? restricted_folder : access::all)), each.name);
    }
    const auto listed = user.entries("/shared").at(0);
    BOOST_TEST((listed.allowed == restricted_file));
    BOOST_TEST((user.stat("/shared/f")->allowed == restricted_file));
    BOOST_TEST(home.calls("GET /folders/{id}/items") == 2u);
    BOOST_TEST(box.requests().since(0).size() - before <= 5u);  // with the login and its token
}

// The answer to the commit of an upload session tells nothing of them.
BOOST_FIXTURE_TEST_CASE(where_box_does_not_say_everything_is_allowed, box_case) {
    for (const std::size_t size : {std::size_t{10}, box_fixture::direct_limit + 1}) {
        user.put("/a", noise(size));
        BOOST_TEST((user.stat("/a")->allowed == (access::all)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
