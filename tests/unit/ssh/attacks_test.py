#!/usr/bin/env python3
"""Clients that mean harm, against SSH and SFTP on the memory filesystem: attacks_test.py PROGRAM [word in a test's name]

Each attack has a bound on the memory that it may cost, and while it goes on another session transfers a file at about
the speed that it has alone."""
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import paramiko
from paramiko.message import Message

from lab import PASSWORD, Server, until

MIB = 1024  # memory is counted in kB
MSG_IGNORE, MSG_SERVICE_REQUEST, MSG_USERAUTH_REQUEST, MSG_GLOBAL_REQUEST = 2, 5, 50, 80
MSG_CHANNEL_OPEN, MSG_CHANNEL_DATA, MSG_CHANNEL_EXTENDED_DATA, MSG_CHANNEL_REQUEST = 90, 94, 95, 98


def message(number, *fields):
    """An SSH message of strings, numbers (uint32) and booleans."""
    made = Message()
    made.add_byte(bytes([number]))
    for field in fields:
        if isinstance(field, bool):
            made.add_boolean(field)
        elif isinstance(field, int):
            made.add_int(field)
        else:
            made.add_string(field)
    return made


class Gate:
    """A socket that can be kept from being read."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", int(port)))
        self.is_open = threading.Event()
        self.is_open.set()
        self.most = 1 << 20
        self.pause = 0
        self.kept = None

    def recv(self, size):
        self.is_open.wait()
        time.sleep(self.pause)
        return self._socket.recv(min(size, self.most))

    def cork(self):
        """From now on what is sent is kept, until uncork() sends it in one piece."""
        self.kept = b""

    def uncork(self):
        kept, self.kept = self.kept, None
        self._socket.sendall(kept)

    def send(self, data):
        if self.kept is None:
            return self._socket.send(data)
        self.kept += data
        return len(data)

    def __getattr__(self, name):
        return getattr(self._socket, name)


def connect(server, login=True):
    gate = Gate(server.port)
    transport = paramiko.Transport(gate)
    transport.packetizer.REKEY_BYTES = transport.packetizer.REKEY_PACKETS = 1 << 40
    transport.start_client()
    if login:
        transport.auth_password("demo", PASSWORD)
    return transport, gate


def send(transport, one):
    """False once the server has hung up, or takes nothing any more."""
    try:
        transport._send_message(one)
        return True
    except (OSError, EOFError, paramiko.SSHException):
        return False


def close(transport, gate):
    gate.is_open.set()
    transport.close()


class Watch:
    """How much the server's memory has grown, at the most."""

    def __init__(self, server):
        self._server = server
        self._before = server.resident()
        self.most = 0

    def look(self):
        self.most = max(self.most, self._server.resident() - self._before)

    def expect_below(self, bound, what):
        self.look()
        print(f"  {what}: memory grew by {self.most} kB at the most, allowed {bound} kB", flush=True)
        assert self.most < bound, what


def other_session_seconds(server):
    """How long another session needs to fetch 64 MiB."""
    begin = time.monotonic()
    code, out, err = server.sftp("get /bystander /dev/null\n", timeout=120)
    assert code == 0, err
    return time.monotonic() - begin


def expect_speed_kept(server, during):
    """`during` is a list of times measured under attack; they are compared with the same work now, in peace."""
    alone = sorted(other_session_seconds(server) for _ in range(3))[1]
    attacked = sorted(during)[len(during) // 2]
    print(f"  another session: {attacked:.2f} s under attack, {alone:.2f} s alone", flush=True)
    # Attackers and their victims share the machine's cores; what must not be is that a session starves.
    assert attacked < 8 * alone + 3, (attacked, alone)


def test_a_flood_of_attempts_while_one_is_pending(server):
    transport, gate = connect(server, login=False)
    watch = Watch(server)
    send(transport, message(MSG_SERVICE_REQUEST, "ssh-userauth"))
    attempt = ("slow", "ssh-connection", "password", False)
    send(transport, message(MSG_USERAUTH_REQUEST, *attempt, "the first one takes its time"))
    sent = 0
    while sent < 400 and send(transport, message(MSG_USERAUTH_REQUEST, *attempt, "x" * 200_000)):
        sent += 1
        watch.look()
    until(lambda: not transport.is_active(), "the server hung up")
    close(transport, gate)
    watch.expect_below(5 * MIB, f"hung up after {sent} attempts of 200 kB")


def test_more_than_a_client_needs_before_login(server):
    transport, gate = connect(server, login=False)
    watch = Watch(server)
    sent = 0
    while sent < 4000 and send(transport, message(MSG_IGNORE, "x" * 1000)):
        sent += 1
        watch.look()
    until(lambda: not transport.is_active(), "the server hung up")
    close(transport, gate)
    assert sent < 2000, sent
    watch.expect_below(3 * MIB, f"hung up after {sent} packets of 1 kB")


def test_data_beyond_the_window(server):
    for subsystem in (False, True):
        for kind in (MSG_CHANNEL_DATA, MSG_CHANNEL_EXTENDED_DATA):
            transport, gate = connect(server)
            channel = transport.open_session()
            if subsystem:
                server.ask("hold")
                channel.invoke_subsystem("sftp")
                sftp = paramiko.SFTPClient(channel)
                with sftp.open("/overrun", "w") as file:  # its CLOSE hangs, and behind it nothing is read any more
                    file.set_pipelined(True)
                    file.write("x")
                    sftp._async_request(type(None), 4, file.handle)
            watch = Watch(server)
            piece = b"\0\0\4\0\x11" + b"x" * 1023  # as it happens, requests that are too long for what they are
            head = (channel.remote_chanid,) if kind == MSG_CHANNEL_DATA else (channel.remote_chanid, 1)
            sent = 0
            while sent < 6000 and send(transport, message(kind, *head, piece * 31)):
                sent += 1
                watch.look()
            what = f"{'data' if kind == MSG_CHANNEL_DATA else 'extended data'} {'with' if subsystem else 'without'} SFTP"
            if subsystem:
                server.ask("release")
            if kind == MSG_CHANNEL_DATA and not subsystem:
                until(lambda: not transport.is_active(), "the server hung up")
                assert sent < 400, sent
            close(transport, gate)
            server.wait_empty()
            watch.expect_below(16 * MIB, f"{sent} pieces of 32 kB of {what}")


def test_a_peer_that_asks_and_never_reads(server):
    def keepalive(channel):
        return message(MSG_GLOBAL_REQUEST, "keepalive@openssh.com", True)

    def read(channel):
        packet = struct.pack(">BI", 5, 1) + struct.pack(">I", 4) + channel.handle + struct.pack(">QI", 0, 32768)
        return message(MSG_CHANNEL_DATA, channel.remote_chanid, (struct.pack(">I", len(packet)) + packet) * 100)

    def realpath(channel):
        packet = struct.pack(">BI", 16, 1) + struct.pack(">I", 1) + b"/"
        return message(MSG_CHANNEL_DATA, channel.remote_chanid, (struct.pack(">I", len(packet)) + packet) * 500)

    def open_channel(channel):
        return message(MSG_CHANNEL_OPEN, "session", 77, 1 << 20, 1 << 15)

    def ask_for_a_shell(channel):
        return message(MSG_CHANNEL_REQUEST, channel.remote_chanid, "shell", True)

    for what in (keepalive, read, realpath, open_channel, ask_for_a_shell):
        transport, gate = connect(server)
        channel = transport.open_session()
        channel.invoke_subsystem("sftp")
        channel.file = paramiko.SFTPClient(channel).open("/bystander")  # kept: without it paramiko closes the handle
        channel.handle = channel.file.handle
        watch = Watch(server)
        gate.is_open.clear()
        one = what(channel)
        sent = 0
        gate.settimeout(0.5)
        ended = threading.Event()

        def flood():
            nonlocal sent
            while sent < 200_000 and send(transport, one):
                sent += 1
            ended.set()

        threading.Thread(target=flood, daemon=True).start()
        during = []
        while not ended.wait(0.02) and server.stats()["sessions"] > 0:
            watch.look()
            if len(during) < 2:
                during.append(other_session_seconds(server))
        # Bytes wait on both sides by now; the server gives up on such a peer by itself.
        until(lambda: server.stats()["sessions"] == 0, "the server gave the connection up", 30)
        close(transport, gate)
        watch.expect_below(16 * MIB, f"{what.__name__}, {sent} times")
        expect_speed_kept(server, during or [other_session_seconds(server)])


def test_a_reader_that_is_slow(server):
    transport, gate = connect(server)
    channel = transport.open_session()
    channel.invoke_subsystem("sftp")
    file = paramiko.SFTPClient(channel).open("/bystander")
    watch = Watch(server)
    gate.most, gate.pause = 4096, 0.02
    file.prefetch(64 << 20)
    during = []
    for _ in range(3):
        during.append(other_session_seconds(server))
        watch.look()
    assert transport.is_active()
    close(transport, gate)
    # Its own share and that of the session beside it.
    watch.expect_below(8 * MIB, "a reader of 200 kB/s")
    expect_speed_kept(server, during)


def test_a_reader_that_has_stopped(server):
    """Its window is full and its socket is not: keepalives still come through, and prove nothing."""
    transport, gate = connect(server)
    channel = transport.open_session(window_size=32768)
    channel.invoke_subsystem("sftp")
    file = paramiko.SFTPClient(channel).open("/bystander")  # kept: without it paramiko closes the handle
    packet = struct.pack(">BII", 5, 1, len(file.handle)) + file.handle + struct.pack(">QI", 0, 255 * 1024)
    assert send(transport, message(MSG_CHANNEL_DATA, channel.remote_chanid, (struct.pack(">I", len(packet)) + packet) * 20))
    until(lambda: not transport.is_active(), "the server gave it up", 30)
    close(transport, gate)


def test_a_writer_that_is_held_up_is_not_idle(server):
    transport, gate = connect(server)
    server.ask("hold writes")
    file = paramiko.SFTPClient.from_transport(transport).open("/held-up", "wb")
    file.set_pipelined(True)
    written = threading.Event()

    def write():
        for _ in range(4 * 32):
            file.write(b"x" * 32768)
        written.set()

    threading.Thread(target=write, daemon=True).start()
    # More than twice the time after which a session is idle.
    assert not written.wait(12), "more was taken than there is room for"
    assert transport.is_active(), "the server took it for idle"
    server.ask("release")
    assert written.wait(20)
    file.close()
    close(transport, gate)


def test_a_channel_right_behind_the_last_one(server):
    transport, gate = connect(server)
    channel = transport.open_session()
    for _ in range(20):
        channel.invoke_subsystem("sftp")
        opened = []
        gate.cork()
        channel.close()
        before = len(gate.kept)
        opener = threading.Thread(target=lambda: opened.append(transport.open_session(timeout=20)), daemon=True)
        opener.start()
        until(lambda: len(gate.kept) > before, "the next channel was asked for")
        gate.uncork()
        opener.join(30)
        assert opened, "it was refused"
        channel = opened[0]
    close(transport, gate)


def test_half_open_connections(server):
    """Nothing, half a greeting, too much of it, and garbage behind it: all are gone when the time for logging in is."""
    openings = [b"", b"SSH-2.0-", b"SSH-2.0-x" + b"y" * 300, b"SSH-2.0-x\r\n", b"GET / HTTP/1.0\r\n\r\n",
                b"hello\r\n" * 200, b"SSH-1.5-old\r\n", b"SSH-2.0-x\r\n" + b"\xff" * 64, b"SSH-2.0-x\r\n" + b"\0" * 64,
                b"SSH-2.0-x\r\n" + struct.pack(">IBB", 300, 10, 20) + b"k" * 16]
    watch = Watch(server)
    begin = time.monotonic()
    peers = []
    for turn in range(200):
        peer = socket.create_connection(("127.0.0.1", int(server.port)))
        peer.sendall(openings[turn % len(openings)])
        peers.append(peer)
    watch.look()
    during = [other_session_seconds(server)]
    dripping = peers[1::len(openings)]
    while server.stats()["sessions"] > 0 and time.monotonic() - begin < 30:
        for peer in dripping:  # and one byte after the other is no way to stay
            try:
                peer.send(b"x")
            except OSError:
                pass
        time.sleep(0.1)
    took = time.monotonic() - begin
    assert server.stats()["sessions"] == 0, server.stats()
    for peer in peers:
        peer.close()
    watch.expect_below(12 * MIB, f"200 connections, all gone after {took:.1f} s")
    expect_speed_kept(server, during)


def test_a_login_that_never_comes(server):
    transport, gate = connect(server, login=False)
    until(lambda: not transport.is_active(), "the server hung up", 20)
    close(transport, gate)


def test_a_session_that_is_idle(server):
    transport, gate = connect(server)
    channel = transport.open_session()
    channel.invoke_subsystem("sftp")
    paramiko.SFTPClient(channel).listdir("/")
    until(lambda: not transport.is_active(), "the server hung up", 30)
    close(transport, gate)


def main():
    program, wanted = sys.argv[1], sys.argv[2:]
    failed = 0
    for name, test in list(globals().items()):
        if not name.startswith("test_") or (wanted and not any(word in name for word in wanted)):
            continue
        print(name, flush=True)
        server = Server(program, "1", "login=3000", "transfer=3000", "idle=5000")
        try:
            server.ask(f"make {64 << 20} /bystander")
            other_session_seconds(server)  # what memory a server takes anyway
            test(server)
            server.wait_empty()
        except Exception:
            failed += 1
            traceback.print_exc()
        code, log = server.close()
        if code != 0 or failed:
            print("server's exit code:", code)
            print("\n".join(log.splitlines()[-30:]))
        failed += code != 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
