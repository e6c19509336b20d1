"""What a large file costs where each stream to Box is slow: the wait of a client behind its last byte, and the speed of a
download, as ratios to what one stream alone would take. Also runs alone:
    tests/bench/transfers.py --bin build/release --mib 256
"""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "clients"))

import clients
import paramiko
from lab import PASSWORD, Lab, expect, expect_equal, main
from paramiko.sftp import CMD_HANDLE, CMD_OPEN

MIB = 1 << 20
PART = 8 * MIB
UP = 20_000_000  # bytes a second, for each stream
DOWN = 5_000_000
CLIENT = 50_000_000  # what an uploading client sends a second: less than four streams take
STREAMS = 3.5  # as much as so many single streams is asked for
PIECE = 256 * 1024
# Seconds for what is no Box's and no stream's: the last byte's way to the gateway, and the reply's back. The sizes here are
# the worst there are: the last part is a whole one, and can only begin when its last byte is there.
TURNAROUND = 0.02


def pieces(path):
    """The file, piece by piece, at the client's speed."""
    begin, sent = time.monotonic(), 0
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            yield piece
            sent += len(piece)
            time.sleep(max(0, begin + sent / CLIENT - time.monotonic()))


def put_over_ftp(lab, name, announce):
    """Stores the file; the times of its last byte and of the success reply."""
    ftp = clients.connect_ftp(lab, timeout=300)
    ftp.voidcmd("TYPE I")
    if announce:
        ftp.voidcmd(f"ALLO {lab.size}")
    with ftp.transfercmd(f"STOR {name}") as data:
        for piece in pieces(lab.file):
            data.sendall(piece)
    last = time.monotonic()
    ftp.voidresp()
    done = time.monotonic()
    ftp.close()
    return last, done


def put_over_sftp(lab, name):
    """The same with the size in OPEN, as WinSCP tells it."""
    transport = paramiko.Transport(("127.0.0.1", lab.sftp_port))
    transport.connect(username="ann", password=PASSWORD)
    session = paramiko.SFTPClient.from_transport(transport)
    attributes = paramiko.SFTPAttributes()
    attributes.st_size = lab.size
    attributes._flags = attributes.FLAG_SIZE
    write_create_truncate = 0x02 | 0x08 | 0x10
    kind, answer = session._request(CMD_OPEN, f"/{name}".encode(), write_create_truncate, attributes)
    expect_equal(kind, CMD_HANDLE, "the answer to OPEN")
    file = paramiko.SFTPFile(session, answer.get_binary(), "wb", 0)
    file.set_pipelined(True)
    for piece in pieces(lab.file):
        file.write(piece)
    session._finish_responses(file)  # until then, what has been sent may wait anywhere in between
    last = time.monotonic()
    file.close()
    done = time.monotonic()
    transport.close()
    return last, done


def measure(lab, upload):
    """What the upload's end took: all of it, and Box's share of it (the commit); when the first part began; and what the
    parts took: all of them together, as a single stream would, and the longest. Those two as this machine gives them, so
    that its other work weighs on both sides of a ratio."""
    lab.box.ask("POST", "/settings", {"upload_bytes_per_second": UP, "part_size": PART})
    lab.box.ask("POST", "/journal/reset")
    last, done = upload()
    calls = lab.box.journal()
    parts = [call for call in calls if call.is_part]
    commits = [call for call in calls if call.endpoint.endswith("/commit")]
    expect_equal(len(parts), (lab.size + PART - 1) // PART, "parts")
    commit = sum(call.end - call.begin for call in commits)
    times = [call.end - call.begin for call in parts]
    return done - last, commit, min(call.begin for call in parts) - last, sum(times), max(times)


def arrived_whole(lab, name):
    expect_equal(clients.sha1(lab.box.files("ann") / name), lab.sha1, name)


def announced(lab, upload, name):
    tail, commit, first, single, part = measure(lab, upload)
    arrived_whole(lab, name)
    text = (f"tail {tail:.2f} s = commit {commit:.2f} s + {(tail - commit) / part:.3f} part times of {part:.3f} s "
            f"(ideal {PART / UP:.2f} s; a single stream {single:.0f} s); first part {-first:.1f} s before the last byte")
    expect(first < 0, f"no part before the client's last byte: {text}")
    expect(tail - commit <= part + TURNAROUND, text)
    return text


def upload_with_allo(lab, _):
    return announced(lab, lambda: put_over_ftp(lab, "allo", announce=True), "allo")


def upload_with_size_in_open(lab, _):
    return announced(lab, lambda: put_over_sftp(lab, "open"), "open")


def upload_of_unknown_size(lab, _):
    tail, commit, _, single, _ = measure(lab, lambda: put_over_ftp(lab, "unknown", announce=False))
    arrived_whole(lab, "unknown")
    worth = single / (tail - commit)
    text = (f"tail {tail:.2f} s = commit {commit:.2f} s + 1/{worth:.2f} of a single stream's {single:.1f} s "
            f"(ideal {lab.size / UP:.1f} s)")
    expect(worth >= STREAMS, text)
    return text


def download(lab, get):
    lab.box.ask("POST", "/settings", {"download_bytes_per_second": DOWN})
    (lab.work / "got").unlink(missing_ok=True)
    begin = time.monotonic()
    get()
    took = time.monotonic() - begin
    expect_equal(clients.sha1(lab.work / "got"), lab.sha1, "the file that came back")
    worth = lab.size / DOWN / took
    text = f"{took:.1f} s, {worth:.2f} streams' worth; memory peak {lab.memory_peak() / MIB:.0f} MiB"
    expect(worth >= STREAMS, text)
    return text


def download_over_ftp(lab, _):
    return download(lab, lambda: clients.curl(lab, "--max-time", "900", "-o", lab.work / "got",
                                              clients.ftp_url(lab, "source"), seconds=900))


def download_over_sftp(lab, _):
    return download(lab, lambda: clients.sftp(lab, "get source got", seconds=900))


def shared(arguments):
    lab = Lab(arguments.bin)
    lab.size = arguments.mib * MIB
    lab.file = clients.noise_file(lab.work / "file", lab.size)
    lab.sha1 = clients.sha1(lab.file)
    clients.curl(lab, "--max-time", "900", "-T", lab.file, clients.ftp_url(lab, "source"), seconds=900)
    return lab


def options(parser):
    parser.add_argument("--mib", type=int, default=1024, help="size of the file")


if __name__ == "__main__":
    main(upload_with_allo, upload_with_size_in_open, upload_of_unknown_size, download_over_ftp, download_over_sftp,
         options=options, shared=shared)
