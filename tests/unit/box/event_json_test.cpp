#include "box/api/json.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(event_json)

using namespace boxgate::box::api;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(positions_are_read_as_text_or_number) {
    const auto position = [](const std::string& written) {
        const auto page = parse_events(R"({"chunk_size":0,"next_stream_position":)" + written + R"(,"entries":[]})");
        return page ? page->next_position : "none";
    };
    BOOST_TEST(position("1152922976252290800") == "1152922976252290800");
    BOOST_TEST(position(R"("1152922976252290800")") == "1152922976252290800");
    BOOST_TEST(position("1.0e+18") == "1000000000000000000");
    BOOST_TEST(position("null") == "none");
    BOOST_TEST(!parse_events("{}"));
    BOOST_TEST(!parse_events("not json"));
}

BOOST_AUTO_TEST_CASE(events_tell_their_item_where_there_is_one) {
    const auto page = parse_events(R"({"next_stream_position":1,"entries":[
        {"event_id":"a","event_type":"ITEM_MOVE","source":{"type":"file","id":"1","name":"n","parent":{"id":"0"}}},
        {"event_id":"b","event_type":"ITEM_TRASH","source":null},
        {"event_id":"c","event_type":"COLLAB_ADD_COLLABORATOR","source":{"type":"collaboration","id":"7"}}]})");
    BOOST_REQUIRE(page);
    BOOST_REQUIRE(page->entries.size() == 3U);
    BOOST_TEST(page->entries[0].source.value().parent_id == "0");
    BOOST_TEST(page->entries[0].type == "ITEM_MOVE");
    BOOST_TEST(!page->entries[1].has_source);
    BOOST_TEST(page->entries[2].has_source);
    BOOST_TEST(!page->entries[2].source);
}

BOOST_AUTO_TEST_CASE(the_realtime_server_is_read_with_numbers_of_either_kind) {
    const auto texts = parse_realtime_server(R"({"entries":[{"type":"realtime_server","url":"https://r.box.net/s?c=1",
        "ttl":"10","max_retries":"7","retry_timeout":610}]})");
    BOOST_REQUIRE(texts);
    BOOST_TEST(texts->url == "https://r.box.net/s?c=1");
    BOOST_TEST(texts->max_retries == 7U);
    BOOST_TEST((texts->timeout == 610s));
    const auto bare = parse_realtime_server(R"({"entries":[{"url":"u"}]})");
    BOOST_REQUIRE(bare);
    BOOST_TEST(bare->max_retries == 10U);
    BOOST_TEST((bare->timeout == 610s));
    BOOST_TEST((parse_realtime_server(R"({"entries":[{"url":"u","retry_timeout":999999}]})")->timeout <= 3600s));
    BOOST_TEST(!parse_realtime_server(R"({"entries":[]})"));
    BOOST_TEST(!parse_realtime_server(R"({"entries":[{"ttl":1}]})"));
}

BOOST_AUTO_TEST_CASE(a_poll_says_one_word) {
    BOOST_TEST(parse_poll(R"({"message":"new_change"})") == "new_change");
    BOOST_TEST(parse_poll(R"({"version":1})") == "");
    BOOST_TEST(parse_poll("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
