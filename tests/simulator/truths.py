"""The simulator itself, called as Box: what README.md says that it does beyond the plain calls."""

import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "clients"))

from box_api import BoxApi  # noqa: E402
from lab import Lab, expect, expect_equal, main, wait_until  # noqa: E402

MIB = 1 << 20


def budgets_of_calls_are_kept_for_each_user(lab, _):
    ann, bob = BoxApi(lab.box, "ann"), BoxApi(lab.box, "bob")
    with lab.box.settings(rate_general=5, rate_minute_ms=3000):
        statuses = [ann.call("GET", "/2.0/folders/0").status for _ in range(7)]
        expect_equal(statuses, [200] * 5 + [429] * 2, "ann's answers")
        refused = ann.call("GET", "/2.0/folders/0")
        expect_equal(refused.json()["code"], "rate_limit_exceeded", "code")
        expect(1 <= int(refused.headers["retry-after"]) <= 3, f"Retry-After: {refused.headers['retry-after']}")
        expect_equal(bob.call("GET", "/2.0/folders/0").status, 200, "bob's answer")
        wait_until(lambda: ann.call("GET", "/2.0/folders/0").status == 200, "ann's minute is over")
    expect_equal(lab.box.journal()[-2].retry_after > 0, True, "the journal shows Retry-After")


def uploads_have_a_budget_of_their_own(lab, _):
    ann = BoxApi(lab.box, "ann")
    with lab.box.settings(rate_general=100, rate_uploads=2, rate_minute_ms=60_000):
        answers = [ann.upload("0", f"budget {number}", b"x").status for number in range(3)]
        expect_equal(answers, [201, 201, 429], "uploads")
        expect_equal(ann.call("GET", "/2.0/folders/0").status, 200, "another call")


def streams_are_held_to_their_rate(lab, _):
    ann = BoxApi(lab.box, "ann")
    with lab.box.settings(upload_bytes_per_second=4 * MIB, download_bytes_per_second=8 * MIB):
        begin = time.monotonic()
        stored = ann.upload("0", "paced", b"p" * (2 * MIB)).json()["entries"][0]
        expect(time.monotonic() - begin > 0.45, "2 MiB at 4 MiB/s came through too soon")
        link = ann.call("GET", f"/2.0/files/{stored['id']}/content").headers["location"]
        begin = time.monotonic()
        got = ann.call("GET", "/d/1/" + link.split("/d/1/")[1])
        expect_equal(len(got.content), 2 * MIB, "bytes")
        expect(time.monotonic() - begin > 0.22, "2 MiB at 8 MiB/s came through too soon")


def a_change_wakes_the_long_poll_and_is_in_the_stream(lab, _):
    ann = BoxApi(lab.box, "ann")
    start = ann.call("GET", "/2.0/events?stream_position=now").json()
    expect_equal(start["entries"], [], "events of now")
    server = ann.call("OPTIONS", "/2.0/events").json()["entries"][0]
    route = server["url"][server["url"].index("/subscribe"):]
    woken = []
    poll = threading.Thread(target=lambda: woken.append(
        BoxApi(lab.box, "ann").call("GET", f"{route}&stream_position={start['next_stream_position']}").json()))
    poll.start()
    folder = ann.make_folder("events").json()
    poll.join(30)
    expect_equal(woken, [{"message": "new_change"}], "the long poll's answer")
    renamed = ann.call("PUT", f"/2.0/folders/{folder['id']}", {"name": "events, renamed"}).json()
    ann.call("DELETE", f"/2.0/folders/{folder['id']}")
    page = ann.call("GET", f"/2.0/events?stream_position={start['next_stream_position']}").json()
    expect_equal([event["event_type"] for event in page["entries"]], ["ITEM_CREATE", "ITEM_RENAME", "ITEM_TRASH"],
                 "events")
    expect_equal(page["entries"][1]["source"]["name"], renamed["name"], "the name after the change")
    bob = BoxApi(lab.box, "bob").call("GET", "/2.0/events?stream_position=0").json()
    expect(folder["id"] not in [event["source"]["id"] for event in bob["entries"]], "bob sees what is ann's")

    position = page["next_stream_position"]
    with lab.box.settings(events_duplicates=2, events_disorder=True):
        ann.make_folder("events again")
        again = ann.call("GET", f"/2.0/events?stream_position={position}").json()
        expect_equal([event["event_type"] for event in again["entries"]], ["ITEM_CREATE", "ITEM_TRASH", "ITEM_RENAME"],
                     "repeated, last first")
        expect_equal(again["entries"][1]["event_id"], page["entries"][2]["event_id"], "the same event")
        nothing_new = ann.call("GET", f"/2.0/events?stream_position={again['next_stream_position']}").json()
        expect_equal(nothing_new["chunk_size"], 2, "a page without news")
    with lab.box.settings(events_reconnect_ms=100):
        end = ann.call("GET", f"{route}&stream_position={again['next_stream_position']}").json()
        expect_equal(end, {"message": "reconnect"}, "the end of a long poll")


def a_slow_commit_is_not_ready_until_it_is(lab, _):
    ann = BoxApi(lab.box, "ann")
    size = 20_000_000
    with lab.box.settings(part_size=size, commit_202_count=2, commit_ms=300, commit_retry_after=7):
        session = ann.call("POST", "/api/2.0/files/upload_sessions",
                           {"folder_id": "0", "file_size": size, "file_name": "slow"}).json()
        content = b"s" * size
        digest = "sha=" + __import__("base64").b64encode(__import__("hashlib").sha1(content).digest()).decode()
        route = f"/api/2.0/files/upload_sessions/{session['id']}"
        part = ann.call("PUT", route, body=content, headers={"Digest": digest, "Content-Range":
                                                             f"bytes 0-{size - 1}/{size}"}).json()["part"]
        commit = lambda: ann.call("POST", route + "/commit", {"parts": [part]}, {"Digest": digest})  # noqa: E731
        first = commit()
        expect_equal((first.status, first.headers["retry-after"]), (202, "7"), "the first commit")
        done = wait_until(lambda: (answer := commit()).status != 202 and answer, "the commit is ready")
        expect_equal(done.status, 201, "the last commit")
        calls = [call for call in lab.box.journal() if call.endpoint.endswith("/commit")]
        expect(calls[-1].begin - calls[0].begin >= 0.3, "the file was there too soon")
        expect(len(calls) >= 3, "fewer than two commits were answered 202")


def what_clients_ask_of_notifications_is_in_the_journal(lab, _):
    ann = BoxApi(lab.box, "ann")
    ann.call("GET", "/2.0/folders/0", headers={"box-notifications": "off"})
    expect_equal(lab.box.journal()[-1].notifications, "off", "the header")


if __name__ == "__main__":
    main(budgets_of_calls_are_kept_for_each_user, uploads_have_a_budget_of_their_own, streams_are_held_to_their_rate,
         a_change_wakes_the_long_poll_and_is_in_the_stream, a_slow_commit_is_not_ready_until_it_is,
         what_clients_ask_of_notifications_is_in_the_journal,
         shared=lambda arguments: Lab(arguments.bin, start=False))
