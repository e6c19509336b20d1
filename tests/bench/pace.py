#!/usr/bin/env python3
"""Fifty sessions of one Box user under Box's limit of 1,000 calls and 240 uploads a minute: no client sees an error, and
after a 429 nothing is asked before Retry-After is over.

The minute of the simulated Box is 6 seconds long, unless --real is given; the gateway's budgets are scaled likewise.
With a real minute the gateway's own budgets keep Box from ever answering 429; with the short one they begin with three
quarters of a real minute's calls at once, so that Box does.
"""

import collections
import threading
import time

import bench_lab  # noqa: F401  (finds lab and clients)
import clients
from lab import Lab, expect, main

SESSIONS = 50
IN_FLIGHT = 0.25  # what was sent before the 429 was read may arrive so much later


def worker(lab, number, operations, errors):
    """Small operations, a fifth of them uploads, in a folder of its own."""
    try:
        ftp = clients.connect_ftp(lab, timeout=120)
        ftp.voidcmd("TYPE I")
        base = f"/pace {number}"
        ftp.mkd(base)
        done = 1
        for turn in range(operations):
            with open(lab.work / "small", "rb") as file:
                steps = (lambda: ftp.storbinary(f"STOR {base}/file {turn}", file),
                         lambda: ftp.mkd(f"{base}/folder {turn}"),
                         lambda: ftp.rename(f"{base}/file {turn}", f"{base}/folder {turn}/file"),
                         lambda: ftp.delete(f"{base}/folder {turn}/file"),
                         lambda: ftp.rmd(f"{base}/folder {turn}"))
                for step in steps:
                    if done >= operations:
                        break
                    step()
                    done += 1
            if done >= operations:
                break
        ftp.quit()
    except Exception as error:
        errors.append(f"session {number}: {error}")


def too_early(journal):
    """Calls that began while Box had asked for silence."""
    found = []
    for refusal in journal:
        if refusal.status != 429:
            continue
        begin, end = refusal.end + IN_FLIGHT, refusal.end + refusal.retry_after
        found += [call for call in journal if begin < call.begin < end and call.counted]
    return found


def many_sessions_stay_within_the_limit(arguments):
    scale = 1 if arguments.real else 10
    limits = {"box_calls_per_minute": 1000 * scale, "box_uploads_per_minute": 240 * scale}
    with Lab(arguments.bin, limits=limits, box={"events": "off"}) as lab:
        lab.box.ask("POST", "/settings", {"rate_general": 1000, "rate_uploads": 240, "rate_minute_ms": 60_000 // scale})
        clients.noise_file(lab.work / "small", 2048)
        errors = []
        threads = [threading.Thread(target=worker, args=(lab, number, arguments.operations // SESSIONS, errors))
                   for number in range(SESSIONS)]
        begin = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - begin
        journal = lab.box.journal()
        for call in journal:
            call.counted = not (call.is_token or call.is_data)
        refused = [call for call in journal if call.status == 429]
        counted = sum(call.counted for call in journal)
        expect(not errors, f"{len(errors)} of {SESSIONS} sessions failed: {errors[:5]}")
        early = too_early(journal)
        expect(not early, f"{len(early)} calls before Retry-After was over: {early[:5]}")
        # A fault that cannot happen shows nothing: here Box must have answered 429.
        expect(arguments.real or refused, "Box was never asked for too much")
        kinds = collections.Counter(call.endpoint for call in refused)
        return (f"{arguments.operations} operations, {counted} calls in {seconds:.0f} s, {len(refused)} times 429 "
                f"({dict(kinds)}), no client error, no call before Retry-After was over")


def options(parser):
    parser.add_argument("--operations", type=int, default=5000, help="of all sessions together")
    parser.add_argument("--real", action="store_true", help="minutes of 60 seconds")


if __name__ == "__main__":
    main(many_sessions_stay_within_the_limit, options=options)
