"""The image as it is shipped: built for real, run read-only and without rights, used from outside through published
ports, watched by its health check, and stopped in the middle of a transfer. Then the demo of docker/compose.demo.yaml."""

import ftplib
import io
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess

from engine import BRIDGE, ROOT, Engine, Failed, expect, wait_until

from lab import PASSWORD, Process, expect_equal, main

SIZE = 3_000_000


def free_ports(count):
    """The first of `count` ports in a row that nobody has."""
    for first in range(30000, 60000, 50):
        sockets = []
        try:
            for port in range(first, first + count):
                sockets.append(socket.create_server(("127.0.0.1", port)))
            return first
        except OSError:
            continue
        finally:
            for one in sockets:
                one.close()
    raise Failed("no ports are free")


class Gateway:
    """A Box simulator on the engine's bridge and a container in front of it, configured as docker/README.md says."""

    def __init__(self, engine, binaries, drain_timeout="60s"):
        self.engine = engine
        self.directory = engine.directory / f"gateway-{os.urandom(4).hex()}"
        for folder in ("users", "secrets"):
            (self.directory / folder).mkdir(parents=True)
        simulator = pathlib.Path(binaries) / "box-simulator"
        self.box = self.directory / "box"
        subprocess.run([simulator, "init", self.box], check=True)
        ready = self.directory / "box.json"
        self._simulator = Process("box", [simulator, "serve", self.box, "--tls", "--listen", f"{BRIDGE}:443", "--ca-out",
                                          self.directory / "secrets" / "ca.pem", "--ready-file", ready], self.directory)
        self._simulator.wait_for_file(ready)
        engine.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                   "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                   self.directory / "secrets" / "ftp_private_key", "-out", self.directory / "secrets" / "ftp_certificate")
        shutil.copy(self.box / "jwt_config.json", self.directory / "secrets" / "box_jwt_config")
        self.hash = subprocess.run([pathlib.Path(binaries) / "boxgate", "hash-password"], input=f"{PASSWORD}\n".encode(),
                                   stdout=subprocess.PIPE, check=True).stdout.decode().strip()
        self.write_users("ann")
        first = free_ports(12)
        self.ftp, self.sftp, passive = first, first + 1, f"{first + 2}-{first + 11}"
        text = (ROOT / "docker" / "gateway.yaml").read_text()
        text = text.replace("50000-50099", passive).replace("192.0.2.10", "localhost")
        text = text.replace("box:\n", "box:\n  ca_file: /run/secrets/ca.pem\n")
        text += f"\nlimits:\n  drain_timeout: {drain_timeout}\n"
        (self.directory / "gateway.yaml").write_text(text)
        # The container's user has to be able to read what is mounted.
        for path in self.directory.rglob("*"):
            if "box" not in path.parts[-2:-1]:
                os.chown(path, 10001, 10001)
        names = [f"--add-host={name}:{BRIDGE}" for name in ("api.box.com", "upload.box.com", "dl.boxcloud.com")]
        self.name = self.directory.name
        engine.docker("run", "-d", "--name", self.name, "--read-only", "--cap-drop", "ALL", "--security-opt",
                      "no-new-privileges", "--pids-limit", "128", "--memory", "512m", *names,
                      "-p", f"127.0.0.1:{self.ftp}:2121", "-p", f"127.0.0.1:{self.sftp}:2222",
                      "-p", f"127.0.0.1:{passive}:{passive}",
                      "-v", f"{self.directory}/gateway.yaml:/etc/boxgate/gateway.yaml:ro",
                      "-v", f"{self.directory}/users:/etc/boxgate/users:ro",
                      "-v", f"{self.directory}/secrets:/run/secrets:ro", "boxgate")
        wait_until(lambda: engine.look(self.name, "{{.State.Health.Status}}") == "healthy" or self._gone(),
                   "the container is healthy", seconds=90, pause=0.3)

    def _gone(self):
        if self.engine.look(self.name, "{{.State.Running}}") == "true":
            return False
        raise Failed("the container ended:\n" + self.log())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.engine.docker("rm", "-fv", self.name, check=False)
        self._simulator.stop()

    def write_users(self, *logins):
        table = {login: {"password": self.hash, "jwt_config": "/run/secrets/box_jwt_config",
                         "box_user": "alice@example.com"} for login in logins}
        # In one go, and in the folder that is mounted.
        partial = self.directory / "users" / ".new"
        partial.write_text(json.dumps({"users": table}))
        os.chown(partial, 10001, 10001)
        partial.rename(self.directory / "users" / "users.yaml")

    def log(self):
        return self.engine.docker("logs", self.name, check=False).stdout

    def stored(self, name):
        return (self.box / "root" / "alice@example.com" / name).read_bytes()

    def connect(self, login="ann"):
        trust = ssl.create_default_context(cafile=self.directory / "secrets" / "ftp_certificate")
        ftp = ftplib.FTP_TLS(context=trust, timeout=60)
        ftp.connect("localhost", self.ftp)
        ftp.login(login, PASSWORD)
        ftp.prot_p()
        return ftp


def it_is_small_and_names_its_libssh(engine, _):
    size = int(engine.look("boxgate", "{{.Size}}"))
    expect(size < 110_000_000, f"the image has {size} bytes")
    libssh = engine.look("boxgate", '{{index .Config.Labels "io.boxgate.libssh.minimum"}}')
    installed = engine.docker("run", "--rm", "--entrypoint", "dpkg-query", "boxgate", "-W", "-f", "${Version}",
                              "libssh-4").stdout.strip()
    engine.run("dpkg", "--compare-versions", installed, "ge", libssh)
    expect_equal(engine.look("boxgate", "{{.Config.User}}"), "10001:10001", "the image's user")
    return f"{size / 1e6:.0f} MB, libssh {installed}"


def files_go_through_published_ports(engine, arguments):
    with Gateway(engine, arguments.bin) as gateway:
        content = os.urandom(SIZE)
        ftp = gateway.connect()
        ftp.storbinary("STOR by-ftp", io.BytesIO(content))
        back = io.BytesIO()
        ftp.retrbinary("RETR by-ftp", back.write)
        expect(back.getvalue() == content and gateway.stored("by-ftp") == content, "FTP: the files differ")
        ftp.quit()
        import paramiko
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect("127.0.0.1", gateway.sftp, "ann", PASSWORD, allow_agent=False, look_for_keys=False)
        files = client.open_sftp()
        files.putfo(io.BytesIO(content), "by-sftp")
        back = io.BytesIO()
        files.getfo("by-sftp", back)
        expect(back.getvalue() == content and gateway.stored("by-sftp") == content, "SFTP: the files differ")
        client.close()
        inside = lambda *words: engine.docker("exec", gateway.name, *words, check=False)  # noqa: E731
        expect_equal(inside("id", "-u").stdout.strip(), "10001", "the user inside")
        expect(inside("touch", "/usr/local/bin/x").returncode != 0, "the root file system can be written")
        gateway.write_users("ann", "new")
        wait_until(lambda: "users_reloaded" in gateway.log(), "the changed users file was read")
        gateway.connect("new").quit()


def a_stop_in_mid_transfer_waits_for_it(engine, arguments):
    with Gateway(engine, arguments.bin) as gateway:
        content = os.urandom(SIZE)
        ftp = gateway.connect()
        ftp.voidcmd("TYPE I")
        data = ftp.transfercmd("STOR half-way")
        data.sendall(content[:SIZE // 2])
        stopping = engine.start("/usr/bin/docker", "stop", "-t", "60", gateway.name)
        wait_until(lambda: '"stopping"' in gateway.log(), "the signal has arrived")
        data.sendall(content[SIZE // 2:])
        data.unwrap()
        data.close()
        expect(ftp.voidresp().startswith("226"), "the upload was acknowledged")
        expect_equal(stopping.wait(60), 0, "exit code of docker stop")
        expect_equal(engine.look(gateway.name, "{{.State.ExitCode}}"), "0", "exit code of boxgate")
        expect(gateway.stored("half-way") == content, "what was acknowledged is not in Box")


def a_stop_that_cannot_wait_stores_nothing_and_says_so(engine, arguments):
    with Gateway(engine, arguments.bin, drain_timeout="2s") as gateway:
        ftp = gateway.connect()
        ftp.voidcmd("TYPE I")
        data = ftp.transfercmd("STOR never-whole")
        data.sendall(os.urandom(SIZE))
        engine.docker("stop", "-t", "60", gateway.name)
        expect_equal(engine.look(gateway.name, "{{.State.ExitCode}}"), "3", "exit code of boxgate")
        try:
            raise Failed(f"the upload was answered {ftp.voidresp()}")
        except (EOFError, OSError, ftplib.error_temp):
            pass
        expect(not (gateway.box / "root" / "alice@example.com" / "never-whole").exists(), "the half file was stored")


def the_demo_stores_a_file_through_its_proxy(engine, _):
    engine.compose("compose.demo.yaml", "up", "-d", seconds=3000)
    try:
        def healthy():
            return engine.look(container("gateway"), "{{.State.Health.Status}}") == "healthy"

        def container(service):
            return engine.compose("compose.demo.yaml", "ps", "-q", service).stdout.split()[-1]

        wait_until(healthy, "the demo is healthy", seconds=120, pause=0.5)
        curl = ["curl", "-sS", "--noproxy", "*", "-u", "demo:demo"]
        wait_until(lambda: "welcome.txt" in engine.run(*curl, "ftp://127.0.0.1:2121/", check=False).stdout,
                   "the demo's file is listed", seconds=30)
        engine.run(*curl, "-T", ROOT / "README.md", "ftp://127.0.0.1:2121/")
        stored = engine.docker("exec", container("box"), "cat", "/world/root/demo@example.com/README.md").stdout
        expect_equal(stored, (ROOT / "README.md").read_text(), "what Box holds")
        direct = engine.docker("exec", container("gateway"), "bash", "-c", "exec 3<>/dev/tcp/api.box.com/443", check=False)
        expect(direct.returncode != 0, "the gateway has a way to Box past the proxy")
        engine.docker("stop", "-t", "60", container("gateway"))
        log = container("proxy")
        wait_until(lambda: "CONNECT upload.box.com:443 gateway" in
                   engine.docker("exec", log, "cat", "/var/log/squid/access.log").stdout, "squid tells of the upload")
    finally:
        engine.compose("compose.demo.yaml", "down", "-v", check=False)


def build_all():
    engine = Engine()
    try:
        engine.build("Dockerfile", "boxgate")
        engine.build("demo/Dockerfile", "boxgate-demo")
    except BaseException:
        engine.close()
        raise
    return engine


if __name__ == "__main__":
    main(it_is_small_and_names_its_libssh, files_go_through_published_ports, a_stop_in_mid_transfer_waits_for_it,
         a_stop_that_cannot_wait_stores_nothing_and_says_so, the_demo_stores_a_file_through_its_proxy,
         shared=lambda arguments: build_all())
