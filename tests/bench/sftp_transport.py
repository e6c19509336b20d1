#!/usr/bin/env python3
"""SSH and SFTP by themselves: boxgate's on the memory filesystem beside OpenSSH's sshd and sftp-server, in one run.

    tests/bench/sftp_transport.py --bin build/release [--mib 1024] [--times 3]

For each cipher and direction both servers take turns; told are the times, the ratio of their medians, and the CPU seconds
per GiB of server and client. Machines differ and are noisy: only ratios mean something; and where the client's own
processor is busy all the time, no server can be faster."""
import argparse
import os
import pathlib
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "unit" / "ssh"))
from lab import PASSWORD, Server, until

CIPHERS = ("aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com")
TICK = os.sysconf("SC_CLK_TCK")


def cpu_of(pid):
    """Seconds of a process and of those of its children that have ended."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / TICK


class Boxgate:
    name = "boxgate"

    def __init__(self, program, size):
        self._server = Server(program, "1", "discard")
        self.port = self._server.port
        self.pid = self._server.process.pid
        self._server.ask(f"make {size} /source")
        self.source, self.target = "/source", "/target"
        self.user, self.key = "demo", self._server.keys["ed25519"]

    def settle(self):
        self._server.wait_empty()

    def close(self):
        self._server.close()


class Sshd:
    name = "sshd"

    def __init__(self, folder, data):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = str(probe.getsockname()[1])
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{name}"], check=True)
        shutil.copyfile(f"{folder}/user.pub", f"{folder}/authorized_keys")
        pathlib.Path(f"{folder}/sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\nStrictModes no\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nUsePAM no\nPermitRootLogin yes\n"
            f"Subsystem sftp /usr/lib/openssh/sftp-server\n")
        os.makedirs("/run/sshd", exist_ok=True)
        self._log = open(f"{folder}/sshd.log", "w")
        self._process = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", f"{folder}/sshd_config"],
                                         stderr=self._log)
        self.pid = self._process.pid
        self.user, self.key = os.environ.get("USER", "root"), f"{folder}/user"
        self.source, self.target = data, "/dev/null"
        until(lambda: self._answers(), "sshd answers")

    def _answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(self.port))) == 0

    def settle(self):
        children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children")
        until(lambda: not children.read_text().split(), "sshd's sessions have ended")

    def close(self):
        self._process.terminate()
        self._process.wait()
        self._log.close()


def cpu_of_clients():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def transfer(server, cipher, batch):
    """Seconds of the clock, of the server's CPU, and of the client's."""
    before, client_before = cpu_of(server.pid), cpu_of_clients()
    command = ["sftp", "-q", "-P", server.port, "-F/dev/null", "-oStrictHostKeyChecking=no",
               "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR", "-oIdentitiesOnly=yes", "-oIdentityAgent=none",
               "-oIdentityFile=" + server.key, "-oUser=" + server.user, "-oCiphers=" + cipher, "-b", "-", "127.0.0.1"]
    begin = time.monotonic()
    done = subprocess.run(command, input=batch, capture_output=True, text=True, timeout=600)
    took = time.monotonic() - begin
    if done.returncode != 0:
        raise SystemExit(f"{server.name}: {done.stderr}")
    client = cpu_of_clients() - client_before
    server.settle()
    return took, cpu_of(server.pid) - before, client


def compare(servers, cipher, direction, data, gib, times):
    rows = {server.name: [] for server in servers}
    for _ in range(times):
        for server in servers:
            batch = f"get {server.source} /dev/null\n" if direction == "get" else f"put {data} {server.target}\n"
            rows[server.name].append(transfer(server, cipher, batch))
    told = []
    for name, row in rows.items():
        speeds = "/".join(f"{gib * 1024 / took:.0f}" for took, _, _ in row)
        told.append(f"{name} {speeds} MiB/s, CPU {statistics.median(cpu for _, cpu, _ in row) / gib:.2f} s/GiB, client "
                    f"{statistics.median(client for _, _, client in row) / gib:.2f} and busy for "
                    f"{100 * statistics.median(client / took for took, _, client in row):.0f} %")
    medians = {name: statistics.median(took for took, _, _ in row) for name, row in rows.items()}
    ratio = medians["sshd"] / medians["boxgate"]
    print(f"{direction} {cipher:30} {'; '.join(told)}; ratio {ratio:.2f}", flush=True)
    return ratio


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="the folder of the build")
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="boxgate-bench-")
    data = tempfile.NamedTemporaryFile(dir="/dev/shm")
    piece = os.urandom(1 << 20)
    for _ in range(arguments.mib):
        data.write(piece)
    data.flush()
    servers = [Boxgate(arguments.bin / "tests/unit/ssh/sftp_memory_server", arguments.mib << 20), Sshd(folder, data.name)]
    try:
        ratios = [compare(servers, cipher, direction, data.name, arguments.mib / 1024, arguments.times)
                  for cipher in CIPHERS for direction in ("get", "put")]
    finally:
        for server in servers:
            server.close()
        data.close()
        shutil.rmtree(folder)
    print(f"lowest ratio: {min(ratios):.2f}")


if __name__ == "__main__":
    main()
