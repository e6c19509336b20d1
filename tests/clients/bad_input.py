"""What no good client sends: each gets an error reply, and the session lives on."""

import contextlib
import struct

import paramiko

import clients
from lab import PASSWORD, Lab, expect, expect_equal, main

FORBIDDEN = ["tab\there", "back\\slash", "space at the end ", "x" * 256, "bell\x07", "del\x7f"]


def lives(line):
    answer = line.ask("NOOP")
    expect(answer.startswith("200"), f"NOOP: {answer}")


def ftp_lines_too_long_are_refused_and_the_next_one_is_read(lab, _):
    for login in (None, "ann"):
        line = clients.Line(lab, login)
        for size in (10_000, 1_000_000):
            answer = line.ask(b"USER " + b"x" * size + b"\r\n")
            expect(answer.startswith("500"), f"{size} bytes: {answer}")
        if login:
            lives(line)
        else:
            expect(line.ask("USER ann").startswith("331"), "the session does not go on")
        line.close()


def unknown_ftp_commands_are_refused(lab, _):
    line = clients.Line(lab, "ann")
    for command in (b"BLAH\r\n", b"blah blah\r\n", b"\r\n", b"   \r\n", b"\xff\xfe\xfd\r\n", b"A" * 100 + b"\r\n",
                    b"SITE BLAH\r\n", b"OPTS BLAH\r\n", b"MODE X\r\n", b"STRU R\r\n", b"TYPE Q\r\n", b"PORT 1,2\r\n",
                    b"EPRT |9|x|y|\r\n", b"RNTO x\r\n", b"PORT 8,8,8,8,0,80\r\n", b"LPRT 1\r\n"):
        answer = line.ask(command)
        expect(answer[:1] in "45" or answer.startswith("202"), f"{command!r}: {answer}")
        lives(line)
    line.close()


def ftp_commands_out_of_order_are_refused(lab, _):
    line = clients.Line(lab)
    for command in ("PASS early", "LIST", "STOR x", "PWD", "PBSZ 0", "PROT P"):
        answer = line.ask(command)
        expect(answer[:1] == "5", f"{command} before the login: {answer}")
    line.close()


def nul_and_dots_in_ftp_paths_harm_nobody(lab, _):
    line = clients.Line(lab, "ann")
    for command in (b"SIZE a\0b\r\n", b"CWD /\0\r\n", b"MKD \0\r\n", b"DELE a\0\r\n", b"RETR a\0/../b\r\n"):
        answer = line.ask(command)
        expect(answer[:1] == "5", f"{command!r}: {answer}")
        lives(line)
    for command in ("CWD ../../..", "CWD /../../", "CWD .."):
        expect(line.ask(command)[:1] in "25", command)
        expect_equal(line.ask("PWD").split('"')[1], "/", f"the folder after {command}")
    expect(line.ask("SIZE ../../../../etc/passwd").startswith("550"), "a path above the root was found")
    expect(line.ask("CWD " + "/x" * 4000)[:1] == "5", "a path of 8,000 bytes")
    lives(line)
    line.close()


def names_box_forbids_are_refused_over_ftp(lab, _):
    ftp = clients.connect_ftp(lab)
    for name in FORBIDDEN:
        for verb in ("MKD", "STOR"):
            with contextlib.suppress(clients.ftplib.error_perm):
                if verb == "MKD":
                    ftp.mkd(name)
                else:
                    ftp.storbinary(f"STOR {name}", open(lab.certificate, "rb"))
                raise AssertionError(f"{verb} {name!r} was accepted")
            expect_equal(ftp.sendcmd("NOOP")[:3], "200", f"after {verb} {name!r}")
    ftp.quit()
    expect_equal(sorted(path.name for path in lab.box.files("ann").iterdir()), [], "what Box holds")


class RawSftp:
    """An SFTP channel that sends any packet."""

    def __init__(self, lab, hello=True):
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        self.client.connect("127.0.0.1", lab.sftp_port, "ann", PASSWORD, allow_agent=False, look_for_keys=False,
                            timeout=30)
        self.channel = self.client.get_transport().open_session()
        self.channel.settimeout(30)
        self.channel.invoke_subsystem("sftp")
        if hello:
            self.send(1, struct.pack(">I", 3))
            kind, body = self.receive()
            expect_equal((kind, body[:4]), (2, struct.pack(">I", 3)), "the answer to INIT")

    def send(self, kind, body):
        self.channel.sendall(struct.pack(">IB", len(body) + 1, kind) + body)

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.channel.recv(count - len(data))
            expect(piece, "the channel was closed")
            data += piece
        return data

    def receive(self):
        length = struct.unpack(">I", self._exactly(4))[0]
        data = self._exactly(length)
        return data[0], data[1:]

    def status(self, kind, body, request=7):
        """Sends a request and returns the code of the STATUS that answers it."""
        self.send(kind, struct.pack(">I", request) + body)
        kind, body = self.receive()
        expect_equal((kind, struct.unpack(">I", body[:4])[0]), (101, request), "the answer is a STATUS for the request")
        return struct.unpack(">I", body[4:8])[0]

    def lives(self):
        self.send(16, struct.pack(">I", 99) + text("."))
        kind, _ = self.receive()
        expect_equal(kind, 104, "the answer to REALPATH")

    def close(self):
        self.client.close()


def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack(">I", len(data)) + data


OPEN, CLOSE, READ, WRITE, LSTAT, OPENDIR, REMOVE, MKDIR, REALPATH, STAT, RENAME = 3, 4, 5, 6, 7, 11, 13, 14, 16, 17, 18
NO_ATTRIBUTES = struct.pack(">I", 0)
WRITE_CREATE = struct.pack(">I", 0x02 | 0x08 | 0x10)


def unknown_sftp_packets_are_refused(lab, _):
    raw = RawSftp(lab)
    for kind in (21, 22, 99, 150, 255):
        expect_equal(raw.status(kind, b"whatever"), 8, f"status of packet {kind} (8: not supported)")
    expect_equal(raw.status(200, text("nobody@example.com")), 8, "status of an unknown extension")
    raw.lives()
    raw.close()


def sftp_packets_that_end_early_are_refused(lab, _):
    raw = RawSftp(lab)
    for kind in (OPEN, READ, WRITE, LSTAT, OPENDIR, REMOVE, MKDIR, STAT, RENAME):
        for body in (b"", b"\0\0", struct.pack(">I", 0xFFFFFFFF), struct.pack(">I", 100) + b"short"):
            code = raw.status(kind, body)
            expect(code != 0, f"packet {kind} with {body!r} succeeded")
    raw.lives()
    raw.close()


def handles_nobody_was_given_are_refused(lab, _):
    raw = RawSftp(lab)
    for kind, body in ((CLOSE, text(b"xyz")), (READ, text(b"\0" * 4) + struct.pack(">QI", 0, 10)),
                       (WRITE, text(b"no") + struct.pack(">Q", 0) + text(b"data")), (CLOSE, text(b"x" * 1000))):
        expect(raw.status(kind, body) != 0, f"packet {kind} with a made-up handle succeeded")
    raw.lives()
    raw.close()


def nul_dots_and_forbidden_names_over_sftp_are_refused(lab, _):
    raw = RawSftp(lab)
    for path in (b"a\0b", b"\0", b"a\0/../b"):
        expect(raw.status(STAT, text(path)) != 0, f"STAT {path!r} succeeded")
        expect(raw.status(MKDIR, text(path) + NO_ATTRIBUTES) != 0, f"MKDIR {path!r} succeeded")
    for name in FORBIDDEN:
        expect(raw.status(MKDIR, text(name) + NO_ATTRIBUTES) != 0, f"MKDIR {name!r} succeeded")
    expect_equal(raw.status(STAT, text("/../../../../etc/passwd")), 2, "STAT above the root (2: no such file)")
    raw.lives()
    raw.close()
    expect_equal(sorted(path.name for path in lab.box.files("ann").iterdir()), [], "what Box holds")


def a_giant_sftp_packet_ends_only_its_own_channel(lab, _):
    other = RawSftp(lab)
    raw = RawSftp(lab)
    raw.channel.sendall(struct.pack(">IB", 0x7FFFFFFF, WRITE))
    with contextlib.suppress(OSError):
        for _ in range(64):
            raw.channel.sendall(b"x" * 32_768)
    # A length nobody can mean: the stream cannot be read on. What matters is that nothing else suffers.
    other.lives()
    other.close()
    raw.close()
    fresh = RawSftp(lab)
    fresh.lives()
    fresh.close()


def a_session_without_hello_is_told_so_or_ended(lab, _):
    raw = RawSftp(lab, hello=False)
    raw.send(STAT, struct.pack(">I", 1) + text("/"))
    with contextlib.suppress(Exception):
        kind, body = raw.receive()
        expect_equal(kind, 101, "the answer to STAT before INIT")
        expect(struct.unpack(">I", body[4:8])[0] != 0, "STAT before INIT succeeded")
    raw.close()


def half_a_login_and_noise_harm_nobody(lab, _):
    for noise in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00" + b"\0" * 512, b"\0" * 4096, b"SSH-"):
        for port in (lab.ftp_port, lab.sftp_port):
            import socket
            with socket.create_connection(("127.0.0.1", port), 10) as raw:
                with contextlib.suppress(OSError):
                    raw.sendall(noise)
    ftp = clients.connect_ftp(lab)
    expect_equal(ftp.sendcmd("NOOP")[:3], "200", "NOOP")
    ftp.quit()
    fresh = RawSftp(lab)
    fresh.lives()
    fresh.close()


def nothing_is_left_over(lab, _):
    expect(lab.gateway.running(), "boxgate has ended")
    lab.expect_nothing_held()
    expect_equal(lab.stop_gateway(), 0, "exit code of boxgate")


if __name__ == "__main__":
    main(ftp_lines_too_long_are_refused_and_the_next_one_is_read, unknown_ftp_commands_are_refused,
         ftp_commands_out_of_order_are_refused, nul_and_dots_in_ftp_paths_harm_nobody,
         names_box_forbids_are_refused_over_ftp, unknown_sftp_packets_are_refused,
         sftp_packets_that_end_early_are_refused, handles_nobody_was_given_are_refused,
         nul_dots_and_forbidden_names_over_sftp_are_refused, a_giant_sftp_packet_ends_only_its_own_channel,
         a_session_without_hello_is_told_so_or_ended, half_a_login_and_noise_harm_nobody, nothing_is_left_over,
         shared=lambda arguments: Lab(arguments.bin))
