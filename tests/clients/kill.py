"""SIGKILL of clients in mid-upload: Box holds the old file or the whole new one, never a part, and nothing is left over.

A client is killed when it has sent a given share of its file (it is stopped first, so that it is sure that something was
missing), or, "after", when boxgate has every byte and Box's answer is still awaited.
"""

import contextlib
import os
import pathlib
import signal
import subprocess
import time

import clients
from lab import Failed, Lab, expect, main, wait_until

SIZE = 12_000_000
RATE = 16_000_000  # bytes a second: slow enough to be caught, as a rule
POINTS = {"1 %": 0.01, "50 %": 0.5, "99 %": 0.99, "after the last byte": None}


def curl(lab, source, name, rate, url, *words):
    return ["curl", "-sS", "--max-time", "60", "--cacert", lab.certificate, "--limit-rate", str(rate), "-T", source,
            *words, url(lab, name)]


def curl_ftp(lab, source, name, rate):
    return curl(lab, source, name, rate, clients.ftp_url, "-u", f"ann:{clients.PASSWORD}"), b""


def curl_ftps(lab, source, name, rate):
    return curl(lab, source, name, rate, clients.ftp_url, "-u", f"ann:{clients.PASSWORD}", "--ssl-reqd"), b""


def curl_sftp(lab, source, name, rate):
    return curl(lab, source, name, rate, clients.sftp_url, "-u", "ann:", "--insecure", "--key", lab.ssh_key, "--pubkey",
                f"{lab.ssh_key}.pub"), b""


def lftp_ftp(lab, source, name, rate, protocol="ftp"):
    script = f"set net:limit-total-rate {rate}:{rate}; put {source} -o {name}"
    return clients.lftp_command(lab, script, protocol), b""


def lftp_ftps(lab, source, name, rate):
    return lftp_ftp(lab, source, name, rate, "ftps")


def openssh_sftp(lab, source, name, rate):
    return clients.sftp_command(lab, "-l", rate * 8 // 1024), f"put {source} {name}\n".encode()


UPLOADERS = {"curl over plain FTP": curl_ftp, "curl over FTPS": curl_ftps, "curl over SFTP": curl_sftp,
             "lftp over plain FTP": lftp_ftp, "lftp over FTPS": lftp_ftps, "sftp": openssh_sftp}


def family(pid):
    """The process and its children: lftp and sftp leave the transport to an ssh of their own."""
    found = [pid]
    for each in found:
        for task in pathlib.Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += [int(word) for word in task.read_text().split()]
            except (FileNotFoundError, ProcessLookupError):
                pass
    return found


def send_signal(pids, number):
    """To each of a family; one may have ended by itself meanwhile."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def read_so_far(pid, source):
    """How far the process has read its local file: curl and lftp send at once what they read."""
    try:
        for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            if os.readlink(link) == str(source):
                text = pathlib.Path(f"/proc/{pid}/fdinfo/{link.name}").read_text()
                return int(text.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def sent_by_ssh(pid, _):
    """How much the ssh of an sftp has written: sftp itself reads 2 MiB ahead. Encryption only adds to it."""
    try:
        for child in family(pid)[1:]:
            for row in pathlib.Path(f"/proc/{child}/io").read_text().splitlines():
                if row.startswith("wchar:"):
                    return int(row.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def start(lab, command, text):
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, cwd=lab.work)
    process.stdin.write(text)
    process.stdin.flush()  # and left open: at its end sftp would hang up by itself
    return process


def kill_at(lab, uploader, source, name, share, rate):
    """Kills in time, or returns False where the client was too quick to be caught before its last byte."""
    command, text = uploader(lab, source, name, rate)
    progress = sent_by_ssh if uploader is openssh_sftp else read_so_far
    process = start(lab, command, text)
    try:
        wait_until(lambda: progress(process.pid, source) >= share * SIZE or process.poll() is not None,
                   "the client has sent enough", 30, pause=0.001)
        if process.poll() is not None:
            return False
        whole = family(process.pid)
        send_signal(whole, signal.SIGSTOP)
        in_time = 0 < progress(process.pid, source) < SIZE
        send_signal(whole, signal.SIGKILL)
        return in_time
    finally:
        process.kill()
        process.wait()
        process.stdin.close()


def kill_after(lab, uploader, source, name, delay):
    """Kills when boxgate has all bytes; Box's answer is held back by `delay` seconds, so that nothing is acknowledged."""
    command, text = uploader(lab, source, name, RATE)
    with lab.box.delayed_stores(delay):
        process = start(lab, command, text)
        try:
            wait_until(lambda: SIZE in lab.spooled() or process.poll() is not None, "boxgate has every byte", 30,
                       pause=0.001)
            expect(process.poll() is None, "the client ended before it could be killed")
            send_signal(family(process.pid), signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
            process.stdin.close()
        lab.expect_nothing_held()


def old_or_new(lab, name, old, new, new_allowed):
    path = lab.box.files("ann") / name
    holds = clients.sha1(path) if path.exists() else None
    allowed = {old, new} if new_allowed else {old}
    if holds not in allowed:
        size = path.stat().st_size if path.exists() else "nothing"
        raise Failed(f"Box holds {size} under {name}; expected the {'old or new' if new_allowed else 'old'} state")
    return holds == new


def case_of(title, uploader):
    def case(lab, arguments):
        new = clients.sha1(lab.source)
        stored = 0
        killed = 0
        for point, share in POINTS.items():
            for turn in range(arguments.times):
                name = f"{title} {point} {turn}".replace(" ", "-").replace("%", "percent")
                old = None
                if turn % 2 == 0:
                    old = lab.box.put("ann", name, b"the old file")
                if share is None:
                    kill_after(lab, uploader, lab.source, name, delay=0.5 if turn % 4 < 2 else 0.05)
                else:
                    for attempt in range(20):
                        if kill_at(lab, uploader, lab.source, name, share, RATE // (1 + attempt // 2)):
                            break
                        # Sent everything before it was caught: a finished upload. Put things back and try again, in the
                        # end with a slower client.
                        lab.expect_nothing_held()
                        name += "x"
                        old = lab.box.put("ann", name, b"the old file") if old else None
                    else:
                        raise Failed(f"{title} was never caught at {point}")
                killed += 1
                lab.expect_nothing_held()
                stored += old_or_new(lab, name, old, new, new_allowed=share is None)
        return f"killed {killed} times; {stored} had passed the point of no return and were stored whole"

    case.__name__ = title.replace(" ", "_")
    return case


def a_client_that_finishes_is_served_after_all_that(lab, _):
    clients.curl(lab, "-T", lab.source, clients.ftp_url(lab, "finished"))
    expect(clients.sha1(lab.box.files("ann") / "finished") == clients.sha1(lab.source), "the file differs")
    lab.expect_nothing_held()


def options(parser):
    parser.add_argument("--times", type=int, default=2, help="kills at each point for each client")


def shared(arguments):
    lab = Lab(arguments.bin)
    lab.source = clients.noise_file(lab.work / "source", SIZE)
    lab.started = time.monotonic()
    return lab


if __name__ == "__main__":
    main(*(case_of(title, uploader) for title, uploader in UPLOADERS.items()),
         a_client_that_finishes_is_served_after_all_that, options=options, shared=shared)
