"""A Box simulator and a boxgate on loopback, for tests that use real clients.

    def some_rule(lab): ...
    if __name__ == "__main__":
        main(some_rule, other_rule)

Each case gets a Lab of its own, or, with shared=True, all share one. Everything has a deadline; what was started is
ended by its process id; a failing case prints the end of both logs.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from simulator import Simulator

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "correct horse"


class Failed(Exception):
    """A rule that did not hold."""


def expect(condition, text):
    if not condition:
        raise Failed(text)


def expect_equal(got, wanted, what):
    if got != wanted:
        raise Failed(f"{what}: got {got!r}, expected {wanted!r}")


def wait_until(condition, what, seconds=30, pause=0.02):
    """Polls until condition() is true and returns its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"waited {seconds} s in vain until {what}")
        time.sleep(pause)


class Process:
    """A program that runs in the background, its output in a file."""

    def __init__(self, name, command, directory):
        self.name = name
        self.log_path = directory / f"{name}.log"
        self._log = open(self.log_path, "ab")
        self._process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=self._log,
                                         stderr=subprocess.STDOUT, cwd=directory)
        self.pid = self._process.pid

    def log(self):
        return self.log_path.read_text(errors="replace")

    def running(self):
        return self._process.poll() is None

    def wait_for_file(self, path, seconds=60):
        def there():
            expect(self.running(), f"{self.name} ended with {self._process.returncode}:\n{self.log()}")
            return path.exists() and path.stat().st_size > 0

        wait_until(there, f"{self.name} is ready", seconds)
        return json.loads(path.read_text())

    def kill(self):
        """SIGKILL: no time for anything."""
        self._process.kill()
        self._process.wait()

    def stop(self, seconds=70):
        """SIGTERM, then SIGKILL; the exit code."""
        if self.running():
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()
        return self._process.returncode


class Lab:
    """Simulator, gateway, one FTP certificate, one SSH key, and the users ann, bob, ... of the table."""

    def __init__(self, binaries, users=None, ftp=None, sftp=None, limits=None, start=True, box=None):
        """users: login -> settings beside the defaults; ftp, sftp, limits, box: settings beside the defaults."""
        self.binaries = pathlib.Path(binaries).resolve()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="boxgate-clients."))
        self.spool = self.directory / "spool"
        self.work = self.directory / "work"  # for the clients
        for folder in (self.spool, self.work):
            folder.mkdir()
        self._processes = []
        self.gateway = None
        try:
            self._make_keys()
            self.box = Simulator.start(self)
            self.write_settings(users or {"ann": {}}, ftp or {}, sftp or {}, limits or {}, box or {})
            if start:
                self.start_gateway()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def program(self, name):
        path = self.binaries / name
        expect(path.exists(), f"{path} is missing: build it, or name its folder with --bin")
        return path

    def run(self, command, seconds=120, check=True, input=None, env=None):
        """Runs a client to its end; its result, text output in stdout (errors included)."""
        command = [str(word) for word in command]
        # A file and no pipe: ssh makes what it shares with sftp non-blocking, and of a full pipe sftp then loses lines.
        with tempfile.TemporaryFile() as output:

            def text():
                output.seek(0)
                return output.read().decode(errors="replace")

            try:
                done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, timeout=seconds, input=input,
                                      env=env, cwd=self.work, stdin=subprocess.DEVNULL if input is None else None)
            except subprocess.TimeoutExpired:
                raise Failed(f"{' '.join(command)} took more than {seconds} s:\n{text()}") from None
            done.stdout = text()
        if check:
            expect(done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
        return done

    def spawn(self, name, command):
        process = Process(name, command, self.directory)
        self._processes.append(process)
        return process

    def _make_keys(self):
        self.certificate = self.directory / "ftp.pem"
        self.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                  "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1", "-keyout",
                  self.directory / "ftp.key", "-out", self.certificate])
        self.ssh_key = self.directory / "id_test"
        self.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", self.ssh_key])
        self.public_key = self.ssh_key.with_suffix(".pub").read_text().strip()
        self.password_hash = self.run([self.program("boxgate"), "hash-password"],
                                      input=f"{PASSWORD}\n".encode()).stdout.strip().splitlines()[-1]

    def write_settings(self, users, ftp, sftp, limits, box=None):
        """gateway.yaml and users.yaml: JSON is YAML."""
        gateway = {
            "users": "users.yaml",
            "box": {"api_url": self.box.url, "upload_url": self.box.url, "ca_file": str(self.box.ca_file)} | (box or {}),
            "ftp": {"listen": "127.0.0.1:0",
                    "tls": {"mode": "allowed", "certificate": "ftp.pem", "private_key": "ftp.key",
                            "implicit_listen": "127.0.0.1:0"}} | ftp,
            # Debian 12's curl knows no newer ones.
            "sftp": {"listen": "127.0.0.1:0", "host_keys": ["ssh_host_ed25519_key"], "algorithms": "compatible"} | sftp,
            "spool": {"directory": str(self.spool)},
            "log": {"format": "json", "level": "debug"},
        }
        if limits:
            gateway["limits"] = limits
        table = {}
        for login, settings in users.items():
            defaults = {"password": self.password_hash, "public_keys": [self.public_key],
                        "jwt_config": str(self.box.jwt_config), "box_user": self.box.user(login)}
            table[login] = {key: value for key, value in (defaults | settings).items() if value is not None}
        (self.directory / "gateway.yaml").write_text(json.dumps(gateway, indent=2))
        (self.directory / "users.yaml").write_text(json.dumps({"users": table}, indent=2))

    def start_gateway(self):
        ready = self.directory / "gateway.json"
        ready.unlink(missing_ok=True)
        self.gateway = self.spawn("boxgate", [self.program("boxgate"), "serve", "--config",
                                              self.directory / "gateway.yaml", "--ready-file", ready])
        ports = self.gateway.wait_for_file(ready)
        self.ftp_port, self.sftp_port = ports["ftp"][0], ports["sftp"][0]
        self.ftps_port = ports.get("ftps", [0])[0]  # where TLS is implicit
        self.ftp_port_v6, self.ftps_port_v6 = ports["ftp"][-1], ports.get("ftps", [0])[-1]  # where both are listened on
        return self.gateway

    def stop_gateway(self):
        code = self.gateway.stop()
        self._processes.remove(self.gateway)
        return code

    def restart_gateway(self):
        expect_equal(self.stop_gateway(), 0, "exit code of boxgate")
        return self.start_gateway()

    def check(self):
        """boxgate check: exit code and output."""
        done = self.run([self.program("boxgate"), "check", "--config", self.directory / "gateway.yaml"], check=False)
        return done.returncode, done.stdout

    def log_events(self, name=None):
        """The gateway's log lines as dictionaries."""
        events = []
        for line in self.gateway.log().splitlines():
            with contextlib.suppress(ValueError):
                event = json.loads(line)
                if name is None or event.get("event") == name:
                    events.append(event)
        return events

    def spooled(self):
        """The sizes of the uploads that wait on boxgate's disk: files without a name."""
        sizes = []
        for link in pathlib.Path(f"/proc/{self.gateway.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                if "(deleted)" in os.readlink(link):
                    sizes.append(link.stat().st_size)
        return sizes

    def held(self):
        """What the gateway still holds for its clients: words for each thing, none when all is given back."""
        things = [f"upload session at Box: {session}" for session in self.box.upload_sessions()]
        things += [f"file in the spool folder: {path.name}" for path in self.spool.iterdir()]
        sockets = set()
        for link in pathlib.Path(f"/proc/{self.gateway.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                target = os.readlink(link)
                if "(deleted)" in target:
                    things.append(f"unlinked file: {target}")
                if target.startswith("socket:["):
                    sockets.add(target[8:-1])
        for table in ("tcp", "tcp6"):
            for row in pathlib.Path(f"/proc/{self.gateway.pid}/net/{table}").read_text().splitlines()[1:]:
                field = row.split()
                if field[9] not in sockets:
                    continue
                port = int(field[1].rsplit(":", 1)[1], 16)
                other = int(field[2].rsplit(":", 1)[1], 16)
                front = port in (self.ftp_port, self.ftps_port, self.ftp_port_v6, self.ftps_port_v6, self.sftp_port)
                if field[3] == "0A" and not front:
                    things.append(f"passive port {port}")
                elif field[3] != "0A" and other != self.box.port:
                    things.append(f"connection {port} <- {other}")
        return things

    def expect_nothing_held(self, seconds=20):
        last = []

        def free():
            last[:] = self.held()
            return not last

        try:
            wait_until(free, "the gateway has let go of everything", seconds, pause=0.05)
        except Failed as late:
            raise Failed(f"{late}: {'; '.join(last)}") from None

    def memory_peak(self):
        """VmHWM of the gateway in bytes."""
        for line in pathlib.Path(f"/proc/{self.gateway.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise Failed("no VmHWM")

    def close(self):
        for process in reversed(self._processes):
            process.stop(seconds=10)
        self._processes = []
        shutil.rmtree(self.directory, ignore_errors=True)

    def tell(self, out=sys.stdout):
        for process in self._processes:
            lines = process.log().splitlines()[-40:]
            print(f"--- the last {len(lines)} lines of {process.name}:", *lines, sep="\n", file=out)


def main(*cases, options=None, shared=None):
    """Runs the cases named on the command line, or all. `options` adds arguments to the parser; `shared` makes the one
    Lab of all cases, else each makes its own: case(arguments)."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--bin", default=os.environ.get("BOXGATE_BIN", ROOT / "build" / "release"),
                        help="the folder of boxgate and box-simulator")
    parser.add_argument("cases", nargs="*", help="some of: " + ", ".join(case.__name__ for case in cases))
    if options:
        options(parser)
    arguments = parser.parse_args()
    known = {case.__name__: case for case in cases}
    unknown = [name for name in arguments.cases if name not in known]
    if unknown:
        parser.error(f"no such case: {', '.join(unknown)}")
    chosen = [known[name] for name in arguments.cases] or list(cases)
    failed = []
    with contextlib.ExitStack() as stack:
        lab = stack.enter_context(shared(arguments)) if shared else None
        for case in chosen:
            begin = time.monotonic()
            try:
                note = case(lab, arguments) if shared else case(arguments)
                print(f"ok   {case.__name__} ({time.monotonic() - begin:.1f} s)" + (f": {note}" if note else ""),
                      flush=True)
            except Exception as error:
                failed.append(case.__name__)
                print(f"FAIL {case.__name__}: {error}", flush=True)
                if not isinstance(error, Failed):
                    traceback.print_exc(file=sys.stdout)
                if lab:
                    lab.tell()
    if failed:
        sys.exit(f"{len(failed)} of {len(chosen)} failed: {', '.join(failed)}")
