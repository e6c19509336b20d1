"""Changes made in Box by others: seen soon where events are followed, within the cache's time where they are not."""

import time

import clients
from lab import Lab, expect, expect_equal, main, wait_until

LONG = {"cache_ttl": "10m"}  # whatever is seen earlier is not seen because the cache's time was up


def size_of(ftp, path):
    return ftp.size(path)


def follows(lab):
    """An FTP session whose gateway listens to Box's events."""
    ftp = clients.connect_ftp(lab)
    ftp.voidcmd("TYPE I")
    wait_until(lambda: any(call.endpoint == "OPTIONS /events" for call in lab.box.journal()), "the gateway listens")
    return ftp


def seen_after(ftp, path, size):
    begin = time.monotonic()
    wait_until(lambda: size_of(ftp, path) == size, f"{path} has {size} bytes", seconds=20)
    return time.monotonic() - begin


def a_change_is_seen_long_before_the_cache_s_time(arguments):
    with Lab(arguments.bin, limits=LONG) as lab:
        lab.box.put("ann", "dir/file", b"x" * 10)
        ftp = follows(lab)
        times = []
        for size in (20, 30, 40):
            size_of(ftp, "/dir/file")
            lab.box.put("ann", "dir/file", b"x" * size)
            times.append(seen_after(ftp, "/dir/file", size))
        ftp.quit()
        return "seen after " + ", ".join(f"{one:.2f} s" for one in times)


def without_events_the_cache_s_time_decides(arguments):
    with Lab(arguments.bin, limits={"cache_ttl": "4s"}, box={"events": "off"}) as lab:
        lab.box.put("ann", "dir/file", b"x" * 10)
        ftp = clients.connect_ftp(lab)
        ftp.voidcmd("TYPE I")
        expect_equal(size_of(ftp, "/dir/file"), 10, "size")
        lab.box.put("ann", "dir/file", b"x" * 20)
        seconds = seen_after(ftp, "/dir/file", 20)
        expect(not any(call.is_event for call in lab.box.journal()), "events were asked for")
        ftp.quit()
        return f"seen after {seconds:.2f} s of 4 s"


def a_file_that_others_drop_is_fetched_at_once(arguments):
    for events in ("on", "off"):
        with Lab(arguments.bin, limits=LONG, box={"events": events}) as lab:
            lab.box.put("ann", "dir/file", b"x")
            ftp = clients.connect_ftp(lab)
            ftp.retrlines("MLSD /dir", lambda line: None)
            for number in range(5):
                lab.box.put("ann", f"dir/dropped {number}", b"y" * number)
                got = []
                ftp.retrbinary(f"RETR /dir/dropped {number}", got.append)
                expect_equal(b"".join(got), b"y" * number, "content")
            ftp.quit()
            expect_equal(clients.sftp(lab, "get dir/file x").returncode, 0, "sftp's exit code")


def duplicates_and_disorder_do_no_harm(arguments):
    with Lab(arguments.bin, limits=LONG) as lab:
        lab.box.ask("POST", "/settings", {"events_disorder": True, "events_duplicates": 7, "events_reconnect_ms": 700})
        lab.box.put("ann", "dir/file", b"x")
        ftp = follows(lab)
        for turn in range(2, 40):
            size_of(ftp, "/dir/file")
            lab.box.put("ann", "dir/file", b"x" * turn)
            lab.box.put("ann", f"dir/other {turn % 5}", b"x" * turn)
        seen_after(ftp, "/dir/file", 39)
        for number in range(5):
            seen_after(ftp, f"/dir/other {number}", max(turn for turn in range(2, 40) if turn % 5 == number))
        ftp.quit()


def events_go_through_the_proxy_and_show_no_token(arguments):
    with Lab(arguments.bin, limits=LONG, start=False) as lab:
        lab.write_settings({"ann": {}}, {}, {}, LONG, {"proxy": f"http://127.0.0.1:{lab.box.proxy_port}"})
        lab.start_gateway()
        lab.box.ask("POST", "/settings", {"events_reconnect_ms": 300})
        ftp = follows(lab)
        polls = lambda: [row for row in lab.box.ask("GET", "/journal") if row["endpoint"] == "GET /subscribe"]
        wait_until(polls, "a long poll has ended")
        expect(all(row["through_proxy"] for row in polls()), "a long poll went around the proxy")
        expect(not any(row["token_at_data_host"] for row in polls()), "a long poll showed the token")
        ftp.quit()


def what_we_do_ourselves_costs_no_second_look(arguments):
    with Lab(arguments.bin, limits=LONG) as lab:
        ftp = follows(lab)
        source = clients.noise_file(lab.work / "source", 100)
        ftp.mkd("/dir")
        before = len(lab.box.journal())
        with open(source, "rb") as file:
            ftp.storbinary("STOR /dir/file", file)
        wait_until(lambda: any(call.endpoint == "GET /events" for call in lab.box.journal()[before:]),
                   "the gateway has heard of its own upload")
        expect_equal(size_of(ftp, "/dir/file"), 100, "size")
        calls = [call.endpoint for call in lab.box.journal()[before:] if not call.is_event]
        expect_equal(calls, ["POST /files/content"], "calls")
        ftp.quit()


if __name__ == "__main__":
    main(a_change_is_seen_long_before_the_cache_s_time, without_events_the_cache_s_time_decides,
         a_file_that_others_drop_is_fetched_at_once, duplicates_and_disorder_do_no_harm,
         events_go_through_the_proxy_and_show_no_token, what_we_do_ourselves_costs_no_second_look)
