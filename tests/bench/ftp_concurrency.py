#!/usr/bin/env python3
"""200 FTP clients at a time store, list, fetch and delete; a failed transfer fails the run.

    tests/bench/ftp_concurrency.py --bin build/release [--clients 200] [--rounds 3] [--tls]
"""

import hashlib
import io
import os
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "clients"))

import clients
from lab import Lab, expect, main


def one_client(lab, number, arguments, failures, latencies):
    """What one of them does; each round ends with its folder as it began."""
    try:
        ftp = clients.connect_ftp(lab, tls=arguments.tls, timeout=120)
        for round_number in range(arguments.rounds):
            content = os.urandom(4096 * (1 + (number + round_number) % 64))
            name = f"/many/client {number} round {round_number}"
            begin = time.monotonic()
            ftp.storbinary(f"STOR {name}", io.BytesIO(content))
            latencies.append(time.monotonic() - begin)
            back = bytearray()
            ftp.retrbinary(f"RETR {name}", back.extend)
            expect(hashlib.sha1(back).digest() == hashlib.sha1(content).digest(), f"{name} came back changed")
            ftp.delete(name)
        ftp.quit()
    except Exception as error:
        failures.append(f"client {number}: {error!r}")


def clients_at_a_time(arguments):
    # All are one Box user: its budgets, which bench.pace looks at, would make them wait.
    unbounded = {"box_calls_per_minute": 0, "box_uploads_per_minute": 0}
    with Lab(arguments.bin, ftp={"passive_ports": "40000-40999"}, limits=unbounded) as lab:
        lab.box.seed("ann", "many", 1)
        failures, latencies = [], []
        threads = [threading.Thread(target=one_client, args=(lab, number, arguments, failures, latencies))
                   for number in range(arguments.clients)]
        begin = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - begin
        expect(not failures, f"{len(failures)} failed: {failures[:5]}")
        lab.expect_nothing_held()
        latencies.sort()
        return (f"{arguments.clients} clients, {len(latencies)} files stored and fetched in {took:.1f} s, storing took "
                f"{latencies[len(latencies) // 2]:.2f} s (median), {latencies[-1]:.2f} s (longest), "
                f"peak memory {lab.memory_peak() >> 20} MiB")


def options(parser):
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tls", action="store_true")


if __name__ == "__main__":
    main(clients_at_a_time, options=options)
