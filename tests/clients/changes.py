"""Renaming over files, folders made in a race, and what happens while Box is slow, blocked or down."""

import ftplib
import json
import re
import threading
import time

import clients
from lab import Failed, Lab, expect, expect_equal, main, wait_until


def files(lab, folder):
    """Name -> (Box id, number of versions) of what lies in a folder."""
    rows = lab.box.ask("GET", "/tree?user=" + lab.box.user("ann").replace("@", "%40"))
    return {row["path"].rsplit("/", 1)[1]: (row["id"], row.get("versions", 0)) for row in rows
            if row["path"].rsplit("/", 1)[0] == (f"/{folder}" if folder else "")}


def content(ftp, path):
    got = []
    ftp.retrbinary("RETR " + path, got.append)
    return b"".join(got)


def names(ftp, folder):
    lines = []
    ftp.retrlines(f"MLSD /{folder}", lines.append)
    return sorted(line.split("; ", 1)[1] for line in lines)


def replied(ask):
    """The reply to a command, whatever it is."""
    try:
        return ask()
    except ftplib.Error as refused:
        return str(refused)


def a_renaming_over_a_file_swaps_or_makes_a_version(lab, _):
    ftp = clients.connect_ftp(lab)
    for name, keeps_id in (("new", False), ("new.filepart", True), ("new.PART", True), ("new.tmp", True)):
        folder = f"over {name}"
        lab.box.put("ann", f"{folder}/target", b"old")
        lab.box.put("ann", f"{folder}/{name}", b"new content")
        before = files(lab, folder)["target"]
        ftp.rename(f"/{folder}/{name}", f"/{folder}/target")
        after = files(lab, folder)
        expect_equal(list(after), ["target"], f"files after {name}")
        expect_equal(after["target"][0] == before[0], keeps_id, f"{name}: the file keeps its id")
        expect_equal(after["target"][1], 2 if keeps_id else 1, f"{name}: versions")
        expect_equal(content(ftp, f"/{folder}/target"), b"new content", "content")
    ftp.quit()


def if_the_source_of_a_version_cannot_go_the_old_version_comes_back(lab, _):
    lab.box.put("ann", "back/target", b"old")
    lab.box.put("ann", "back/x.part", b"new")
    ftp = clients.connect_ftp(lab)
    with lab.box.faults({"match": "DELETE /files/{id}", "status": 403}):
        answer = replied(lambda: ftp.rename("/back/x.part", "/back/target"))
    expect(answer.startswith("550") and "restored" in answer, f"the answer was {answer}")
    expect_equal(content(ftp, "/back/target"), b"old", "the target's content")
    expect_equal(content(ftp, "/back/x.part"), b"new", "the source's content")
    ftp.quit()


def the_old_version_comes_back_though_box_stumbles(lab, _):
    lab.box.put("ann", "stumble/target", b"old")
    lab.box.put("ann", "stumble/x.part", b"new")
    ftp = clients.connect_ftp(lab)
    with lab.box.faults({"match": "DELETE /files/{id}", "status": 403},
                        {"match": "POST /files/{id}/versions/current", "status": 502, "count": 1}):
        answer = replied(lambda: ftp.rename("/stumble/x.part", "/stumble/target"))
    expect(answer.startswith("550") and "state before was restored" in answer, f"the answer was {answer}")
    expect_equal(content(ftp, "/stumble/target"), b"old", "the target's content")
    ftp.quit()


def nobody_sees_the_name_missing(lab, _):
    lab.box.put("ann", "seen/target", b"0")
    problems, over = [], threading.Event()

    def look():
        ftp = clients.connect_ftp(lab)
        ftp.voidcmd("TYPE I")
        while not over.is_set():
            for ask in (lambda: ftp.size("/seen/target"), lambda: "target" in names(ftp, "seen") or problems.append(
                    "not listed"), lambda: any(".boxgate" in name for name in names(ftp, "seen")) and problems.append(
                        "the name aside is listed")):
                try:
                    ask()
                except ftplib.Error as refused:
                    problems.append(str(refused))
        ftp.quit()

    watcher = threading.Thread(target=look)
    watcher.start()
    ftp = clients.connect_ftp(lab)
    with lab.box.faults({"match": "PUT /files/{id}", "delay_ms": 30}):
        for turn in range(20):
            lab.box.put("ann", f"seen/new {turn}", b"x")
            ftp.rename(f"/seen/new {turn}", "/seen/target")
    over.set()
    watcher.join()
    expect(not problems, f"{len(problems)} times: {problems[:3]}")
    ftp.quit()


def a_crash_in_the_middle_of_a_swap_is_settled_by_the_next_listing(arguments):
    # After the first step the old file comes back; after the second the new one stays.
    for frozen, expected in (("second", ["new", "target"]), ("third", ["target"])):
        with Lab(arguments.bin) as lab:
            lab.box.put("ann", "crash/target", b"old")
            lab.box.put("ann", "crash/new", b"new")
            line = clients.Line(lab, "ann")
            line.ask("RNFR /crash/new")
            line.ask("SIZE /crash/target")
            line.ask("RNFR /crash/new")
            source = files(lab, "crash")["new"][0]
            fault = {"match": "DELETE /files/{id}"} if frozen == "third" else {"match": "PUT /files/{id}", "count": -1}
            if frozen == "second":
                # The first PUT passes: its fault is used up without harm.
                lab.box.ask("POST", "/faults", {"match": "PUT /files/{id}", "count": 1, "delay_ms": 1})
            # Frozen until the gateway is dead, and then not carried out.
            with lab.box.faults(fault | {"freeze": True, "status": 503}):
                line.send(b"RNTO /crash/target\r\n")
                wait_until(lambda: any(".boxgate-aside." in name for name in files(lab, "crash")), "the old file is aside")
                if frozen == "third":
                    wait_until(lambda: files(lab, "crash").get("target", ("",))[0] == source, "the new file has the name")
                lab.gateway.kill()
            line.close()
            lab.start_gateway()
            ftp = clients.connect_ftp(lab)
            if frozen == "second":  # who asks by name, without a listing, finds the old file too
                expect_equal(content(ftp, "/crash/target"), b"old", "content by name")
            expect_equal(names(ftp, "crash"), expected, f"the folder after a crash before the {frozen} step")
            expect_equal(sorted(files(lab, "crash")), expected, "the folder in Box")
            expect_equal(content(ftp, "/crash/target"), b"new" if frozen == "third" else b"old", "content")
            ftp.quit()


def racing_makers_leave_one_folder(lab, _):
    sessions = [clients.connect_ftp(lab) for _ in range(8)]
    answers = []
    with lab.box.faults({"match": "POST /folders", "delay_ms": 200}):
        threads = [threading.Thread(target=lambda ftp=ftp, name=name: answers.append(
            replied(lambda: ftp.voidcmd(f"MKD /{name}"))[:3])) for ftp, name in zip(sessions, ["Race", "race"] * 4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    expect_equal(sorted(answers), ["257"] + ["550"] * 7, "answers")
    made = [name for name in files(lab, "") if name.lower() == "race"]
    expect_equal(len(made), 1, f"folders: {made}")
    calls = [call for call in lab.box.journal() if call.endpoint == "POST /folders"]
    expect_equal(len(calls), 1, "calls that made a folder")
    for ftp in sessions:
        ftp.quit()


def case_alone_can_be_changed(lab, _):
    lab.box.put("ann", "case/readme.txt", b"x")
    before = files(lab, "case")["readme.txt"]
    ftp = clients.connect_ftp(lab)
    ftp.rename("/case/readme.txt", "/case/README.txt")
    expect_equal(files(lab, "case"), {"README.txt": before}, "the folder")
    ftp.quit()


def a_blocked_place_is_waited_for(lab, _):
    lab.box.put("ann", "blocked/file", b"x")
    ftp = clients.connect_ftp(lab)
    for code in ("operation_blocked_temporary", "name_temporarily_reserved"):
        body = json.dumps({"type": "error", "status": 409, "code": code})
        lab.box.ask("POST", "/faults", {"match": "PUT /files/{id}", "count": 3, "status": 409, "body": body})
        name = "/blocked/" + code
        ftp.rename("/blocked/file", name)
        ftp.rename(name, "/blocked/file")
    ftp.quit()


def a_long_silence_is_told_with_its_seconds(arguments):
    with Lab(arguments.bin, box={"events": "off"}) as lab:
        lab.box.put("ann", "dir/file", b"x")
        ftp, other = clients.connect_ftp(lab), clients.connect_ftp(lab)
        lab.box.ask("POST", "/faults", {"match": "DELETE /files/{id}", "count": 1, "status": 429,
                                        "headers": {"Retry-After": "40"}})
        answer = replied(lambda: ftp.delete("/dir/file"))
        # 40, or what of it was left when a busy machine came to the answer.
        expect(re.match(r"450 .*try again in (40|3\d) s", answer, re.DOTALL), f"the answer was {answer}")
        calls = len(lab.box.journal())
        # Another session of the same user hears of it without a call.
        answer = replied(lambda: other.voidcmd("MKD /other"))
        expect(answer.startswith("450") and "try again in" in answer, f"the other's answer was {answer}")
        expect_equal(len(lab.box.journal()), calls, "calls")
        # OpenSSH's client keeps the text to itself; paramiko shows it.
        transport, sftp = clients.connect_sftp(lab)
        try:
            sftp.remove("/dir/file")
            raise Failed("SFTP removed the file")
        except OSError as refused:
            expect("try again in" in str(refused), f"SFTP said {refused}")
        transport.close()


def when_box_is_down_clients_hear_it_at_once_and_when_it_is_back_too(arguments):
    with Lab(arguments.bin, box={"events": "off"}) as lab:
        lab.box.put("ann", "dir/file", b"x")
        ftp = clients.connect_ftp(lab)
        names(ftp, "dir")

        def refused():
            answer = replied(lambda: ftp.voidcmd("MKD /dir/new"))
            expect(answer.startswith("451"), f"the answer was {answer}")
            return "not reachable" in answer

        with lab.box.faults({"match": "*", "status": 503}):
            wait_until(refused, "the gateway takes Box to be down", seconds=90)
            calls, begin, answers = len(lab.box.journal()), time.monotonic(), 0
            while time.monotonic() - begin < 3:
                refused()
                answers += 1
            probes = len(lab.box.journal()) - calls
        expect(answers > 20, f"only {answers} answers in 3 s")
        expect(probes <= 6, f"{probes} calls in 3 s of an outage")
        begin = time.monotonic()
        wait_until(lambda: replied(lambda: ftp.voidcmd("MKD /dir/new"))[:3] in ("257", "550"), "Box is back", pause=0.1)
        back = time.monotonic() - begin
        ftp.quit()
        return f"{answers} answers in 3 s with {probes} calls; back after {back:.1f} s"


def with_lab(case):
    def run(arguments):
        with Lab(arguments.bin, box={"events": "off"}) as lab:
            return case(lab, arguments)
    run.__name__ = case.__name__
    return run


if __name__ == "__main__":
    main(with_lab(a_renaming_over_a_file_swaps_or_makes_a_version),
         with_lab(if_the_source_of_a_version_cannot_go_the_old_version_comes_back),
         with_lab(the_old_version_comes_back_though_box_stumbles), with_lab(nobody_sees_the_name_missing),
         a_crash_in_the_middle_of_a_swap_is_settled_by_the_next_listing, with_lab(racing_makers_leave_one_folder),
         with_lab(case_alone_can_be_changed), with_lab(a_blocked_place_is_waited_for),
         a_long_silence_is_told_with_its_seconds, when_box_is_down_clients_hear_it_at_once_and_when_it_is_back_too)
