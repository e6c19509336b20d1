#include "box/event_watch.hpp"

#include "tests/unit/box/tree_lab.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

BOOST_AUTO_TEST_SUITE(event_watch)

using namespace boxgate;
using namespace std::chrono_literals;
using boxgate::testing::error_json;
using boxgate::testing::item_json;
using boxgate::testing::scripted_transport;
using boxgate::testing::transport_script;
using boxgate::testing::tree_lab;
using storage::errc;
using words = std::vector<std::string>;

namespace {

std::string position(int number, const std::string& events = {}) {
    return R"({"chunk_size":0,"next_stream_position":)" + std::to_string(number) + R"(,"entries":[)" + events + "]}";
}

const std::string server =
    R"({"entries":[{"type":"realtime_server","url":"http://2.realtime.services.box.net/subscribe?channel=c","ttl":"10",)"
    R"("max_retries":"2","retry_timeout":610}]})";

std::string new_version_of(const std::string& id) {
    return R"({"event_id":"e)" + id + R"(","event_type":"ITEM_UPLOAD","source":)" + item_json("file", id, "f", "0", 9) +
           "}";
}

// A watch whose calls, long polls and waiting are scripted. A session is there until leave().
struct lab {
    lab() : of(std::make_shared<tree_lab>()) {
        // The tree lives in the lab: shared without being owned.
        const std::shared_ptr<box::tree> shared(of, &of->subject);
        polls = std::make_shared<transport_script>(of->context.get_executor());
        subject = std::make_shared<box::event_watch>(of->context.get_executor(), shared, *of->client, of->endpoints,
                                                     std::make_unique<scripted_transport>(polls), of->settings, of->log,
                                                     of->waiting);
    }
    // Runs until the watch has ended: the script ends each of them by taking the session away.
    void watch() {
        if (!subject->is_running()) session = subject->use();
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        of->context.restart();
        while (subject->is_running() && std::chrono::steady_clock::now() < deadline) {
            if (of->context.run_one_for(1s) == 0) break;
        }
        BOOST_TEST(!subject->is_running());
    }
    void leave_at(std::shared_ptr<transport_script> script, std::size_t request) {
        script->at_each_request([this, &asked = *script, request] {
            if (asked.requests().size() > request) session.reset();
        });
    }

    std::shared_ptr<tree_lab> of;
    std::shared_ptr<transport_script> polls;
    std::shared_ptr<box::event_watch> subject;
    box::event_watch::lease session;
};

}  // namespace

BOOST_AUTO_TEST_CASE(news_are_fetched_and_what_they_concern_is_forgotten) {
    lab box;
    box.of->know("file", "11", "f");
    box.of->api->answers(200, position(5)).answers(200, server).answers(200, position(6, new_version_of("11")));
    box.polls->answers(200, R"({"message":"new_change"})").hangs();
    box.leave_at(box.polls, 1);
    box.watch();
    BOOST_TEST((box.of->asked() == words{"GET /events", "OPTIONS /events", "GET /events"}));
    BOOST_TEST(box.of->request(0).url.ends_with("stream_position=now"));
    BOOST_TEST(box.of->request(2).url.ends_with("stream_position=5"));
    BOOST_TEST(!box.of->subject.names().known_child("0", "f"));
    // The realtime server is reached by https and shown neither token nor user.
    BOOST_REQUIRE(box.polls->requests().size() == 2U);
    const auto& poll = box.polls->requests()[0];
    BOOST_TEST(poll.url == "https://2.realtime.services.box.net/subscribe?channel=c&stream_position=5");
    BOOST_TEST(!poll.headers.contains("Authorization"));
    BOOST_TEST(!poll.headers.contains("As-User"));
    BOOST_TEST((poll.patience == 610s));
    BOOST_TEST(box.polls->requests()[1].url.ends_with("stream_position=6"));
}

BOOST_AUTO_TEST_CASE(reconnect_and_too_many_polls_ask_for_another_server) {
    lab box;
    box.of->api->answers(200, position(5)).answers(200, server).answers(200, server).answers(200, position(6));
    for (int i = 0; i < 2; ++i) box.of->api->answers(200, position(6));
    box.of->api->answers(200, server);
    box.polls->answers(200, R"({"message":"reconnect"})");
    for (int i = 0; i < 3; ++i) box.polls->answers(200, R"({"message":"new_change"})");
    box.polls->hangs();
    box.leave_at(box.polls, 4);
    box.watch();
    BOOST_TEST((box.of->asked() == words{"GET /events", "OPTIONS /events", "OPTIONS /events", "GET /events",
                                         "GET /events", "GET /events", "OPTIONS /events"}));
}

BOOST_AUTO_TEST_CASE(a_broken_poll_is_begun_again_from_where_it_was) {
    lab box;
    box.of->api->answers(200, position(5)).answers(200, server).answers(200, server).answers(200, server);
    box.polls->fails(errc::unavailable, true).answers(500).hangs();
    box.leave_at(box.polls, 2);
    box.watch();
    BOOST_TEST(box.polls->requests().at(2).url.ends_with("stream_position=5"));
    BOOST_TEST(box.of->asked().size() == 4U);
}

BOOST_AUTO_TEST_CASE(repeated_events_do_not_make_a_circle) {
    lab box;
    box.of->api->answers(200, position(5)).answers(200, server);
    std::string many;
    for (int i = 0; i < 500; ++i) many += (i == 0 ? "" : ",") + new_version_of(std::to_string(i));
    box.of->api->answers(200, position(6, many)).answers(200, position(7, many));
    box.polls->answers(200, R"({"message":"new_change"})").hangs();
    box.leave_at(box.polls, 1);
    box.watch();
    BOOST_TEST(box.of->api->unplayed() == 0U);
    BOOST_TEST(box.polls->requests()[1].url.ends_with("stream_position=7"));
}

// An admin may have to approve the app again, and until then every call is refused.
BOOST_AUTO_TEST_CASE(where_box_refuses_it_is_asked_again_ten_minutes_later) {
    lab box;
    for (int i = 0; i < 2; ++i) box.of->api->answers(403, error_json("access_denied_insufficient_permissions"));
    box.of->api->answers(200, position(5)).answers(200, server);
    box.polls->hangs();
    box.leave_at(box.polls, 0);
    const auto begin = box.of->steady;
    box.watch();
    BOOST_TEST((box.of->asked() == words{"GET /events", "GET /events", "GET /events", "OPTIONS /events"}));
    BOOST_TEST((box.of->steady - begin >= 20min));
    const auto is_warning = [](const std::string& line) {
        return line.find("events_refused") != std::string::npos && line.find("warning") != std::string::npos;
    };
    BOOST_TEST(std::count_if(box.of->lines.begin(), box.of->lines.end(), is_warning) == 1);
}

BOOST_AUTO_TEST_CASE(nobody_there_nobody_asks) {
    lab box;
    box.of->api->at_each_request([] { BOOST_ERROR("asked without a session"); });
    box.session = box.subject->use();
    box.session.reset();
    box.watch();
}

BOOST_AUTO_TEST_CASE(a_new_session_after_a_while_begins_anew) {
    lab box;
    for (int i = 0; i < 2; ++i) box.of->api->answers(200, position(5 + i)).answers(200, server);
    box.polls->hangs().hangs();
    box.leave_at(box.polls, 0);
    box.watch();
    box.watch();
    BOOST_TEST(box.of->request(2).url.ends_with("stream_position=now"));
}

BOOST_AUTO_TEST_SUITE_END()
