"""The simulator itself, called as Box: what README.md says that it does beyond the plain calls."""

import base64
import hashlib
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
        digest = "sha=" + base64.b64encode(hashlib.sha1(content).digest()).decode()
        route = f"/api/2.0/files/upload_sessions/{session['id']}"
        part = ann.call("PUT", route, body=content, headers={"Digest": digest, "Content-Range":
                                                             f"bytes 0-{size - 1}/{size}"}).json()["part"]

        def commit():
            return ann.call("POST", route + "/commit", {"parts": [part]}, {"Digest": digest})

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


def an_item_that_has_not_changed_is_not_sent_again(lab, _):
    ann = BoxApi(lab.box, "ann")
    folder = ann.make_folder("unchanged").json()
    route = f"/2.0/folders/{folder['id']}"
    expect_equal(ann.call("GET", route, headers={"If-None-Match": folder["etag"]}).status, 304, "the same etag")
    changed = ann.call("PUT", route, {"name": "changed"}).json()
    expect_equal(ann.call("GET", route, headers={"If-None-Match": folder["etag"]}).status, 200, "an old etag")
    refused = ann.call("PUT", route, {"name": "again"}, headers={"If-Match": folder["etag"]})
    expect_equal((refused.status, refused.json()["code"]), (412, "precondition_failed"), "a change of an old state")
    expect_equal(ann.call("DELETE", route, headers={"If-Match": changed["etag"]}).status, 204, "of the present one")


def locks_keep_others_out_and_end(lab, _):
    ann = BoxApi(lab.box, "ann")
    file = ann.upload("0", "locked", b"x").json()["entries"][0]
    route = f"/2.0/files/{file['id']}"
    locked = ann.call("PUT", route + "?fields=lock", {"lock": {"type": "lock", "is_download_prevented": True}}).json()
    expect_equal(locked["lock"]["is_download_prevented"], True, "the lock that is shown")
    expect_equal(ann.call("PUT", route, {"name": "by its owner"}).status, 200, "the owner's own change")
    expect_equal(ann.call("PUT", route + "?fields=lock", {"lock": None}).json()["lock"], None, "the lock at the end")
    lab.box.ask("POST", "/locks", {"id": file["id"], "by": lab.box.user_id("bob")})
    for method, content in (("PUT", {"name": "not mine"}), ("DELETE", None)):
        refused = ann.call(method, route, content)
        expect_equal((refused.status, refused.json()["code"]), (403, "access_denied_item_locked"), method)


def names_are_refused_as_boxs_list_has_it_where_that_is_asked_for(lab, _):
    ann = BoxApi(lab.box, "ann")
    expect_equal(ann.make_folder("a:b").status, 201, "in practice")
    with lab.box.settings(strict_names=True):
        for name in (" leading", "a*b", "a-b"):
            expect_equal(ann.make_folder(name).json()["code"], "item_name_invalid", name)
    expect_equal(ann.make_folder("\u798f").status, 201, "a name")
    with lab.box.settings(nfkc_names=True):
        expect_equal(ann.make_folder("\ufa1b").status, 409, "its compatibility variant")


def a_lost_race_leaves_two_folders_of_one_name(lab, _):
    ann = BoxApi(lab.box, "ann")
    parent = ann.make_folder("race").json()["id"]
    with lab.box.settings(duplicate_folders=1):
        made = [ann.make_folder("twin", parent) for _ in range(3)]
    expect_equal([answer.status for answer in made], [201, 201, 409], "answers")
    page = ann.call("GET", f"/2.0/folders/{parent}/items").json()
    expect_equal([entry["name"] for entry in page["entries"]], ["twin", "twin"], "entries")
    second = made[1].json()["id"]
    expect_equal(ann.call("DELETE", f"/2.0/folders/{second}").status, 204, "the second goes")
    page = ann.call("GET", f"/2.0/folders/{parent}/items").json()
    expect_equal([entry["id"] for entry in page["entries"]], [made[0].json()["id"]], "the first stays")


def a_folder_under_way_is_blocked_and_comes_in_its_time(lab, _):
    ann = BoxApi(lab.box, "ann")
    folder, target = ann.make_folder("long way").json()["id"], ann.make_folder("far away").json()["id"]
    inner = ann.make_folder("inner", folder).json()["id"]
    with lab.box.settings(folder_change_ms=1500, folder_answer_limit_ms=200):
        moved = ann.call("PUT", f"/2.0/folders/{folder}", {"parent": {"id": target}})
        expect_equal(moved.status, 503, "the move, in time for the client")
        blocked = ann.call("PUT", f"/2.0/folders/{inner}", {"name": "renamed"})
        expect_equal((blocked.status, blocked.json()["code"]), (409, "operation_blocked_temporary"), "a change in it")
        expect_equal(ann.call("GET", f"/2.0/folders/{folder}").json()["parent"]["id"], "0", "before")
        wait_until(lambda: ann.call("GET", f"/2.0/folders/{folder}").json()["parent"]["id"] == target, "it is moved")
    expect_equal(ann.call("PUT", f"/2.0/folders/{inner}", {"name": "renamed"}).status, 200, "a change in it afterwards")


def an_upload_session_expires(lab, _):
    ann = BoxApi(lab.box, "ann")
    session = ann.call("POST", "/api/2.0/files/upload_sessions",
                       {"folder_id": "0", "file_size": 30_000_000, "file_name": "late"}).json()
    lab.box.ask("POST", "/upload_sessions/expire")
    answer = ann.call("GET", f"/api/2.0/files/upload_sessions/{session['id']}")
    expect_equal((answer.status, answer.json()["code"]), (410, "session_expired"), "afterwards")


def a_session_whose_answer_was_lost_is_nobodys(lab, _):
    ann = BoxApi(lab.box, "ann")
    before = lab.box.upload_sessions()
    with lab.box.faults({"match": "POST /files/upload_sessions", "status": 502, "after": True, "count": 1}):
        ann.call("POST", "/api/2.0/files/upload_sessions",
                 {"folder_id": "0", "file_size": 30_000_000, "file_name": "lost"})
    expect_equal(lab.box.upload_sessions(), before, "sessions that a client could end")


if __name__ == "__main__":
    main(budgets_of_calls_are_kept_for_each_user, uploads_have_a_budget_of_their_own, streams_are_held_to_their_rate,
         a_change_wakes_the_long_poll_and_is_in_the_stream, a_slow_commit_is_not_ready_until_it_is,
         what_clients_ask_of_notifications_is_in_the_journal, an_item_that_has_not_changed_is_not_sent_again,
         locks_keep_others_out_and_end, names_are_refused_as_boxs_list_has_it_where_that_is_asked_for,
         a_lost_race_leaves_two_folders_of_one_name, a_folder_under_way_is_blocked_and_comes_in_its_time, an_upload_session_expires,
         a_session_whose_answer_was_lost_is_nobodys,
         shared=lambda arguments: Lab(arguments.bin, start=False))
