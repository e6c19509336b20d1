"""How the real clients are called, and an FTP client that says exactly what it is told to."""

import ftplib
import hashlib
import pathlib
import socket
import ssl
import urllib.parse

from lab import PASSWORD, expect


def curl(lab, *words, login="ann", **kind):
    return lab.run(["curl", "-sS", "--max-time", "110", "--cacert", lab.certificate, "-u", f"{login}:{PASSWORD}",
                    *words], **kind)


def ftp_url(lab, path=""):
    return f"ftp://localhost:{lab.ftp_port}/" + urllib.parse.quote(path)


def sftp_url(lab, path=""):
    return f"sftp://localhost:{lab.sftp_port}/" + urllib.parse.quote(path)


def lftp_command(lab, script, protocol="ftp", login="ann"):
    """protocol: ftp, ftps (explicit TLS) or sftp."""
    tls = "true" if protocol == "ftps" else "false"
    settings = [
        "set cmd:fail-exit true", "set net:max-retries 1", "set net:timeout 60", "set net:reconnect-interval-base 1",
        f"set ftp:ssl-allow {tls}", f"set ftp:ssl-force {tls}", f"set ftp:ssl-protect-data {tls}",
        f"set ssl:ca-file {lab.certificate}", "set xfer:clobber true",
        f"set sftp:connect-program 'ssh -a -x {' '.join(ssh_options(lab))}'",
    ]
    port = lab.sftp_port if protocol == "sftp" else lab.ftp_port
    scheme = "sftp" if protocol == "sftp" else "ftp"
    return ["lftp", "--norc", "-u", f"{login},{PASSWORD}", "-e", "; ".join(settings + [script, "bye"]),
            f"{scheme}://localhost:{port}"]


def lftp(lab, script, protocol="ftp", login="ann", **kind):
    return lab.run(lftp_command(lab, script, protocol, login), **kind)


def ssh_options(lab):
    return ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o",
            "IdentitiesOnly=yes", "-o", "ConnectTimeout=20", "-i", str(lab.ssh_key), "-F", "none"]


def sftp_command(lab, *words, login="ann"):
    return ["sftp", "-b", "-", *ssh_options(lab), "-P", lab.sftp_port, *words, f"{login}@127.0.0.1"]


def sftp(lab, batch, *words, login="ann", **kind):
    return lab.run(sftp_command(lab, *words, login=login), input=(batch.rstrip() + "\n").encode(), **kind)


def connect_ftp(lab, login="ann", password=PASSWORD, tls=False, timeout=30):
    """Python's own FTP client, logged in."""
    if tls:
        trust = ssl.create_default_context(cafile=str(lab.certificate))
        ftp = ftplib.FTP_TLS(context=trust, timeout=timeout, encoding="utf-8")
    else:
        ftp = ftplib.FTP(timeout=timeout, encoding="utf-8")
    ftp.connect("localhost", lab.ftp_port)
    ftp.login(login, password)
    if tls:
        ftp.prot_p()
    return ftp


def connect_sftp(lab, login="ann"):
    """paramiko's client, logged in by key: its transport and its SFTP."""
    import paramiko

    ssh = paramiko.SSHClient()
    ssh.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    ssh.connect("127.0.0.1", lab.sftp_port, login, key_filename=str(lab.ssh_key), allow_agent=False,
                look_for_keys=False, timeout=30)
    return ssh, ssh.open_sftp()


def npm_install(lab, package):
    """Puts an npm package into the build folder, once; the folder for NODE_PATH. Nothing is locked or executed."""
    folder = lab.binaries / "npm"
    modules = folder / "node_modules"
    if not (modules / package.split("@")[0]).exists():
        lab.run(["npm", "install", "--prefix", folder, "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts",
                 package], seconds=170)
    return modules


class Line:
    """An FTP control connection that sends any bytes."""

    def __init__(self, lab, login=None, timeout=30):
        self.socket = socket.create_connection(("127.0.0.1", lab.ftp_port), timeout)
        self._rest = b""
        expect(self.reply().startswith("220"), "no greeting")
        if login:
            self.ask(f"USER {login}")
            answer = self.ask(f"PASS {PASSWORD}")
            expect(answer.startswith("230"), f"login of {login}: {answer}")

    def send(self, data):
        self.socket.sendall(data)

    def line(self):
        while b"\n" not in self._rest:
            data = self.socket.recv(65536)
            expect(data, f"the connection was closed; unread: {self._rest!r}")
            self._rest += data
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode(errors="replace").rstrip("\r")

    def reply(self):
        """A whole reply, its lines joined by newlines."""
        lines = [self.line()]
        if lines[0][3:4] == "-":
            while not lines[-1].startswith(lines[0][:3] + " "):
                lines.append(self.line())
        return "\n".join(lines)

    def ask(self, command):
        self.send(command if isinstance(command, bytes) else command.encode() + b"\r\n")
        return self.reply()

    def close(self):
        self.socket.close()


def sha1(path):
    digest = hashlib.sha1()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def hashes(folder):
    """Relative path -> SHA-1 of every file below."""
    folder = pathlib.Path(folder)
    return {str(path.relative_to(folder)): sha1(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def compare(got, wanted, what):
    """Two results of hashes()."""
    missing = sorted(set(wanted) - set(got))
    extra = sorted(set(got) - set(wanted))
    wrong = sorted(name for name in wanted if name in got and got[name] != wanted[name])
    expect(not (missing or extra or wrong),
           f"{what}: missing {missing[:5]}, not expected {extra[:5]}, different {wrong[:5]} "
           f"({len(missing)}, {len(extra)}, {len(wrong)})")


def noise_file(path, size):
    """A file of random bytes."""
    with open("/dev/urandom", "rb") as source, open(path, "wb") as out:
        while size > 0:
            out.write(source.read(min(size, 1 << 20)))
            size -= min(size, 1 << 20)
    return path
