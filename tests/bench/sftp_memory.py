#!/usr/bin/env python3
"""Memory of SFTP sessions, on the memory filesystem: what one takes that does nothing, and how much more one that has
moved a file and stays.

    tests/bench/sftp_memory.py --bin build/release [--sessions 500] [--moving 100] [--most-idle 64] [--most-after 256]

The bounds are KiB for each session; above them it fails. A session takes two descriptors of the server and one here."""
import argparse
import asyncio
import os
import pathlib
import resource
import sys
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "unit" / "ssh"))
from lab import Server

warnings.simplefilter("ignore")  # old ciphers that nobody here asks for
SIZE = 4 << 20
LONGER_THAN_KEPT = 12  # what is kept in case a client goes on is given back after 5 to 10 s


async def get(sftp, number):
    async with sftp.open("/source", "rb") as file:
        await file.read(SIZE)


async def put(sftp, number):
    async with sftp.open(f"/target{number}", "wb") as file:
        await file.write(os.urandom(SIZE))


async def measure(server, arguments):
    import asyncssh

    async def enter():
        connection = await asyncssh.connect("127.0.0.1", int(server.port), username="demo", known_hosts=None,
                                            client_keys=[server.keys["ed25519"]], config=None)
        return connection, await connection.start_sftp_client()

    held = [await enter()]  # what the first one costs is the process's
    before = server.resident()
    # One at a time: a crowd of key exchanges would measure itself.
    for _ in range(arguments.sessions):
        held.append(await enter())
    idle = server.resident()
    each = (idle - before) / arguments.sessions
    print(f"{arguments.sessions} idle sessions: {each:.1f} KiB each", flush=True)
    failed = each > arguments.most_idle
    first = 1
    for move in (get, put):
        some = held[first:first + arguments.moving]
        first += arguments.moving
        before = server.resident()
        for number, (_, sftp) in enumerate(some):
            await move(sftp, number)
        at_once = server.resident()
        await asyncio.sleep(LONGER_THAN_KEPT)
        each = (server.resident() - before) / len(some)
        print(f"{len(some)} of them after a {move.__name__} of {SIZE >> 20} MiB: {each:.1f} KiB more each; at once "
              f"{(at_once - before) / len(some):.1f}", flush=True)
        failed = failed or each > arguments.most_after
    for connection, _ in held:
        connection.close()
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="the folder of the build")
    parser.add_argument("--sessions", type=int, default=500)
    parser.add_argument("--moving", type=int, default=100, help="how many of them get, and as many others put")
    parser.add_argument("--most-idle", type=float, default=64)
    parser.add_argument("--most-after", type=float, default=256)
    arguments = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if 2 * arguments.sessions + 100 > hard or 2 * arguments.moving > arguments.sessions:
        parser.error(f"too many: there are {hard} descriptors, and each session moves one file")
    server = Server(arguments.bin / "tests/unit/ssh/sftp_memory_server", "1", "discard")
    try:
        server.ask(f"make {SIZE} /source")
        failed = asyncio.run(measure(server, arguments))
    finally:
        server.close()
    if failed:
        raise SystemExit("more than the bounds allow")


if __name__ == "__main__":
    main()
