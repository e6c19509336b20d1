"""One user's Box calls are frozen and a password storm is running: everybody else is answered at once."""

import socket
import statistics
import threading
import time

import paramiko

import clients
from lab import PASSWORD, Lab, expect, main

FTP_SESSIONS = 90
SFTP_SESSIONS = 10
AT_ONCE = 1.0  # seconds; the machine has few cores and the storm keeps them busy


class Storm:
    """Wrong passwords, as fast as they are refused, from a few connections at a time."""

    def __init__(self, lab, width):
        self._lab = lab
        self._over = threading.Event()
        self.attempts = 0
        self._threads = [threading.Thread(target=self._hammer, args=(number,), daemon=True) for number in range(width)]

    def _hammer(self, number):
        while not self._over.is_set():
            try:
                line = clients.Line(self._lab, timeout=30)
                for turn in range(3):
                    line.ask(f"USER {'ann' if number % 2 else 'nobody'}")
                    self.attempts += 1
                    if not line.ask(f"PASS wrong {turn}").startswith("530"):
                        break
                line.close()
            except Exception:  # refused, cut off or slowed down: all of them are fine answers to a storm
                self._over.wait(0.05)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join(35)


def open_sftp(lab):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect("127.0.0.1", lab.sftp_port, "bob", PASSWORD, allow_agent=False, look_for_keys=False, timeout=60,
                   banner_timeout=60, auth_timeout=60)
    files = client.open_sftp()
    files.get_channel().settimeout(30)
    return client, files


def others_are_answered_at_once(arguments):
    with Lab(arguments.bin, users={"ann": {}, "bob": {}}) as lab:
        try:
            return measure(lab, arguments.seconds)
        except BaseException:
            lab.tell()
            raise


def measure(lab, seconds):
    lab.box.put("bob", "file", b"text")
    lines = [clients.Line(lab, "bob", timeout=30) for _ in range(FTP_SESSIONS)]
    sftps = [open_sftp(lab) for _ in range(SFTP_SESSIONS)]
    for _, files in sftps:
        files.stat("/file")
    victim = clients.Line(lab, "ann", timeout=5)
    waits = {"NOOP": [], "STAT": [], "SFTP stat": []}
    with lab.box.frozen("ann"):
        victim.send(b"SIZE /somewhere/nobody/has/looked\r\n")
        with Storm(lab, 8) as storm:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                for line in lines:
                    for command, wanted in (("NOOP", "200"), ("STAT", "211")):
                        begin = time.monotonic()
                        answer = line.ask(command)
                        waits[command].append(time.monotonic() - begin)
                        expect(answer.startswith(wanted), f"{command}: {answer}")
                for _, files in sftps:
                    begin = time.monotonic()
                    files.stat("/file")
                    waits["SFTP stat"].append(time.monotonic() - begin)
            attempts = storm.attempts
        victim.socket.settimeout(0.2)
        try:
            early = victim.line()
            expect(early.startswith("4"), f"the frozen user was answered {early}")
        except socket.timeout:
            pass
    expect(attempts > 0, "there was no storm")
    for client, _ in sftps:
        client.close()
    for line in lines:
        line.close()
    victim.close()
    notes = []
    for what, times in waits.items():
        worst = max(times)
        notes.append(f"{what}: {len(times)} answers, median {statistics.median(times) * 1000:.1f} ms, "
                     f"slowest {worst * 1000:.0f} ms")
        expect(worst < AT_ONCE, "; ".join(notes))
    return f"{len(lines) + len(sftps)} sessions for {seconds} s, {attempts} wrong passwords; " + "; ".join(notes)


def options(parser):
    parser.add_argument("--seconds", type=int, default=10, help="how long the freeze and the storm last")


if __name__ == "__main__":
    main(others_are_answered_at_once, options=options)
