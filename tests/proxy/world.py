"""An office, a corporate proxy and Box, each in a network namespace of its own: office -- proxy -- cloud.

The office has no route but to the proxy's port: what is not asked of the proxy gets nowhere. Needs root, iproute2,
squid-openssl and openssl.
"""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "clients"))
from lab import PASSWORD, Failed, Process, expect, wait_until  # noqa: E402

OFFICE, NEAR, FAR, CLOUD = "10.77.1.2", "10.77.1.1", "10.77.2.1", "10.77.2.2"
OFFICE6, NEAR6 = "fd77:1::2", "fd77:1::1"
NAMES = ("api.box.com", "upload.box.com", "dl.boxcloud.com", "2.realtime.services.box.net")

SQUID = """
http_port {near}:3128{bump}
http_port [{near6}]:3128{bump}
visible_hostname proxy.corp.example
hosts_file {directory}/hosts
dns_nameservers 127.0.0.1
dns_timeout 2 seconds
dns_retransmit_interval 1 second
auth_param basic program /usr/lib/squid/basic_ncsa_auth {directory}/passwd
auth_param basic realm corp
acl SSL_ports port 443
acl CONNECT method CONNECT
acl authed proxy_auth REQUIRED
{rules}
http_access deny CONNECT !SSL_ports
http_access allow authed
http_access deny all
cache deny all
access_log stdio:{directory}/log/access.log
cache_log {directory}/log/cache.log
pid_filename {directory}/log/squid.pid
max_filedescriptors 1024
pinger_enable off
shutdown_lifetime 1 seconds
"""

# The proxy opens TLS: it shows the office certificates of its own authority, and checks Box's itself.
INSPECTING = """
sslcrtd_program /usr/lib/squid/security_file_certgen -s {directory}/certgen -M 4MB
sslcrtd_children 2
tls_outgoing_options cafile={box_ca}
acl step1 at_step SslBump1
ssl_bump peek step1
ssl_bump bump all
"""


def command(*words, check=True):
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    text = done.stdout.decode(errors="replace")
    expect(not check or done.returncode == 0, f"{' '.join(map(str, words))} ended with {done.returncode}:\n{text}")
    return text


class World:
    """`rules` and `inspecting` are squid's; `proxy` is box.proxy, by default the right one."""

    def __init__(self, binaries):
        self.binaries = pathlib.Path(binaries)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="boxgate-proxy."))
        self.directory.chmod(0o755)  # squid's helpers run as another user
        self.names = {part: f"{part}-{os.getpid()}" for part in ("office", "proxy", "cloud")}
        self._processes = []
        self._names_made = []
        self.squid = None
        self.gateway = None
        try:
            self._make_networks()
            self._make_files()
            self._start_box()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def inside(self, part, *words):
        return ["ip", "netns", "exec", self.names[part], *words]

    def run(self, part, *words, **kind):
        return command(*self.inside(part, *words), **kind)

    def spawn(self, part, name, *words):
        process = Process(name, self.inside(part, *words), self.directory)
        self._processes.append(process)
        return process

    def _make_networks(self):
        office, proxy, cloud = (self.names[part] for part in ("office", "proxy", "cloud"))
        for name in (office, proxy, cloud):
            command("ip", "netns", "add", name)
            self._names_made.append(name)
            command("ip", "-n", name, "link", "set", "lo", "up")
        for left, left_address, right, right_address in ((office, OFFICE, proxy, NEAR), (proxy, FAR, cloud, CLOUD)):
            near, far = f"to-{right[:5]}", f"to-{left[:5]}"
            command("ip", "link", "add", near, "netns", left, "type", "veth", "peer", "name", far, "netns", right)
            for name, link, address in ((left, near, left_address), (right, far, right_address)):
                command("ip", "-n", name, "addr", "add", f"{address}/24", "dev", link)
                command("ip", "-n", name, "link", "set", link, "up")
        for name, link, address in ((office, "to-proxy", OFFICE6), (proxy, "to-offic", NEAR6)):
            command("ip", "-n", name, "addr", "add", f"{address}/64", "dev", link, "nodad")
        self.run("proxy", "sysctl", "-qw", "net.ipv4.ip_forward=0")

    def open_a_way_around(self):
        """Names and a route past the proxy: from now on, only boxgate's own will keeps it from going directly."""
        # Mounted over /etc/hosts by ip netns exec, for what is started from now on.
        hosts = pathlib.Path("/etc/netns") / self.names["office"]
        hosts.mkdir(parents=True)
        (hosts / "hosts").write_text("127.0.0.1 localhost\n" + f"{CLOUD} {' '.join(NAMES)}\n")
        self.run("proxy", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        command("ip", "-n", self.names["office"], "route", "add", "default", "via", NEAR)
        command("ip", "-n", self.names["cloud"], "route", "add", "default", "via", FAR)

    def watch_the_way_around(self):
        """Counts from now on what takes it."""
        self.run("proxy", "iptables", "-I", "FORWARD", "-d", CLOUD, "-j", "ACCEPT")

    def packets_on_the_way_around(self):
        rule = self.run("proxy", "iptables", "-nvxL", "FORWARD", "1")
        return int(rule.split()[0])

    def _make_files(self):
        for folder in ("log", "spool", "work"):
            (self.directory / folder).mkdir()
        shutil.chown(self.directory / "log", "proxy", "proxy")
        (self.directory / "hosts").write_text(f"{CLOUD} {' '.join(NAMES)}\n")
        hashed = command("openssl", "passwd", "-apr1", "s3cret").strip()
        (self.directory / "passwd").write_text(f"gw:{hashed}\n")
        self.password_hash = subprocess.run([self.binaries / "boxgate", "hash-password"], input=f"{PASSWORD}\n".encode(),
                                            stdout=subprocess.PIPE, check=True).stdout.decode().strip()

    def _start_box(self):
        box = self.directory / "box"
        command(self.binaries / "box-simulator", "init", box)
        ready = self.directory / "box.json"
        self.ca = self.directory / "box-ca.pem"
        process = self.spawn("cloud", "box", self.binaries / "box-simulator", "serve", box, "--tls", "--listen",
                             f"{CLOUD}:443", "--admin", f"{CLOUD}:8080", "--ca-out", self.ca, "--ready-file", ready)
        process.wait_for_file(ready)

    def box(self, method, route, content=None):
        words = ["curl", "-sS", "--fail", "--noproxy", "*", "-X", method, f"http://{CLOUD}:8080{route}"]
        if method != "GET":
            words += ["-d", json.dumps(content or {})]
        return json.loads(self.run("cloud", *words))

    def journal(self):
        return [(row["endpoint"], row["status"]) for row in self.box("GET", "/journal")]

    def files(self):
        return self.directory / "box" / "root" / "alice@example.com"

    def start_squid(self, rules="", inspecting=False):
        bump = ""
        if inspecting:
            self._make_inspecting_authority()
            bump = (f" ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=4MB "
                    f"cert={self.directory}/inspector.pem key={self.directory}/inspector.key")
            rules += INSPECTING.format(directory=self.directory, box_ca=self.ca)
        config = self.directory / "squid.conf"
        config.write_text(SQUID.format(near=NEAR, near6=NEAR6, directory=self.directory, bump=bump, rules=rules))
        self.squid = self.spawn("proxy", "squid", "squid", "-N", "-f", config)
        wait_until(lambda: ":3128" in self.run("proxy", "ss", "-tln"), "squid listens", seconds=30)

    def _make_inspecting_authority(self):
        self.inspector_ca = self.directory / "inspector.pem"
        command("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj",
                "/O=Corp/CN=Corp TLS Inspection", "-addext", "basicConstraints=critical,CA:TRUE", "-keyout",
                self.directory / "inspector.key", "-out", self.inspector_ca)
        shutil.chown(self.directory / "inspector.key", "proxy", "proxy")
        command("/usr/lib/squid/security_file_certgen", "-c", "-s", self.directory / "certgen", "-M", "4MB")
        command("chown", "-R", "proxy:proxy", self.directory / "certgen")

    def stop_squid(self):
        """At once, in the middle of whatever goes through it; returns when its port is free."""
        command("kill", "-KILL", *self.run("proxy", "ip", "netns", "pids", self.names["proxy"]).split(), check=False)
        wait_until(lambda: ":3128" not in self.run("proxy", "ss", "-tln"), "squid is gone")
        (self.directory / "log" / "squid.pid").unlink(missing_ok=True)

    def access_log(self):
        log = self.directory / "log" / "access.log"
        return log.read_text() if log.exists() else ""

    def write_settings(self, proxy="gw:s3cret", ca=None, environment=False, near=NEAR):
        gateway = {
            "users": "users.yaml",
            "box": {"ca_file": str(ca or self.ca)},
            "ftp": {"listen": "127.0.0.1:2121", "tls": {"mode": "off"}},
            "spool": {"directory": str(self.directory / "spool")},
            "limits": {"cache_ttl": "10m"},  # what is seen earlier is seen through events
            "log": {"format": "json", "level": "debug"},
        }
        if not environment:
            gateway["box"]["proxy"] = f"http://{proxy}@{near}:3128" if proxy else f"http://{near}:3128"
        users = {"users": {"ann": {"password": self.password_hash, "box_user": "alice@example.com",
                                   "jwt_config": str(self.directory / "box" / "jwt_config.json")}}}
        (self.directory / "gateway.yaml").write_text(json.dumps(gateway))
        (self.directory / "users.yaml").write_text(json.dumps(users))

    def check_online(self):
        done = subprocess.run([str(word) for word in self.inside("office", self.binaries / "boxgate", "check", "--online",
                                                                 "--config", self.directory / "gateway.yaml")],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        return done.returncode, done.stdout.decode(errors="replace")

    def start_gateway(self, *environment):
        ready = self.directory / "gateway.json"
        ready.unlink(missing_ok=True)
        words = ["env", *environment] if environment else []
        self.gateway = self.spawn("office", "boxgate", *words, self.binaries / "boxgate", "serve", "--config",
                                  self.directory / "gateway.yaml", "--ready-file", ready)
        self.gateway.wait_for_file(ready)

    def curl(self, *words, path="", check=True):
        return self.run("office", "curl", "-sS", "--noproxy", "*", "-u", f"ann:{PASSWORD}", "--connect-timeout", "20",
                        *words, f"ftp://127.0.0.1:2121/{path}", check=check)

    def spawn_curl(self, *words, path=""):
        return self.spawn("office", "curl", "curl", "-sS", "--noproxy", "*", "-u", f"ann:{PASSWORD}", *words,
                          f"ftp://127.0.0.1:2121/{path}")

    def spawn_session(self):
        """Somebody who logs in and stays."""
        return self.spawn("office", "session", sys.executable, "-c",
                          "import ftplib, signal\nftp = ftplib.FTP()\nftp.connect('127.0.0.1', 2121)\n"
                          f"ftp.login('ann', '{PASSWORD}')\nsignal.pause()")

    def noise(self, name, size):
        path = self.directory / "work" / name
        path.write_bytes(os.urandom(size))
        return path

    def tell(self):
        for process in self._processes:
            lines = process.log().splitlines()[-30:]
            print(f"--- the last {len(lines)} lines of {process.name}:", *lines, sep="\n")

    def close(self):
        for process in reversed(self._processes):
            process.stop(seconds=10)
        for name in self._names_made:
            # Squid's helpers outlive it for a moment.
            pids = command("ip", "netns", "pids", name, check=False).split()
            if pids:
                command("kill", "-KILL", *pids, check=False)
            command("ip", "netns", "del", name, check=False)
            shutil.rmtree(pathlib.Path("/etc/netns") / name, ignore_errors=True)
        shutil.rmtree(self.directory, ignore_errors=True)


@contextlib.contextmanager
def told_on_failure(world):
    try:
        yield world
    except Exception:
        world.tell()
        raise


__all__ = ["World", "told_on_failure", "Failed", "expect", "wait_until", "NEAR", "NEAR6", "CLOUD", "NAMES", "time"]
