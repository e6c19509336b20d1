"""FTP clients that are called from a shell, each in its own words."""

import html
import shutil
import urllib.parse

import clients
from ftp_program import Program
from lab import PASSWORD, expect


class Curl(Program):
    modes = ("plain", "explicit", "implicit")

    def _curl(self, path, *words):
        scheme = "ftps" if self.mode == "implicit" else "ftp"
        tls = ["--ssl-reqd"] if self.mode == "explicit" else []
        url = f"{scheme}://localhost:{self.port}/{urllib.parse.quote(path)}"
        return self.run(["curl", "-sS", "--max-time", "110", "--cacert", self.lab.certificate, "-u", f"ann:{PASSWORD}",
                         *tls, *words, url])

    def list(self, folder):
        return self._curl(folder + "/")

    def put(self, local, remote):
        self._curl(remote, "-T", local)

    def get(self, remote, local):
        self._curl(remote, "-o", local)

    def rename(self, old, new):
        self._curl("", "-l", "-Q", f"RNFR {old}", "-Q", f"RNTO {new}")

    def delete(self, name):
        self._curl("", "-l", "-Q", f"DELE {name}")

    def mkdir(self, name):
        self._curl("", "-l", "-Q", f"MKD {name}")

    def rmdir(self, name):
        self._curl("", "-l", "-Q", f"RMD {name}")


class Lftp(Program):
    modes = ("plain", "explicit", "implicit")

    def _lftp(self, script):
        command = clients.lftp_command(self.lab, script, "ftps" if self.mode == "explicit" else "ftp")
        if self.mode == "implicit":
            command[-1] = f"ftps://localhost:{self.port}"
        return self.run(command)

    def list(self, folder):
        return self._lftp(f'ls "{folder}"')

    def put(self, local, remote):
        self._lftp(f'put "{local}" -o "{remote}"')

    def get(self, remote, local):
        self._lftp(f'get "{remote}" -o "{local}"')

    def rename(self, old, new):
        self._lftp(f'mv "{old}" "{new}"')

    def delete(self, name):
        self._lftp(f'rm "{name}"')

    def mkdir(self, name):
        self._lftp(f'mkdir "{name}"')

    def rmdir(self, name):
        self._lftp(f'rmdir "{name}"')


class Ncftp(Program):
    """The batch programs for transfers, the shell for the rest (it always ends with 0: what it says counts)."""

    def _words(self, name):
        return [name, "-u", "ann", "-p", PASSWORD, "-P", str(self.port)]

    def _shell(self, line):
        script = f'open -u ann -p "{PASSWORD}" -P {self.port} localhost\n{line}\nquit\n'
        out = self.run(["ncftp3"], input=script.encode())
        expect("failed" not in out.lower() and "denied" not in out.lower(), f"ncftp: {line}\n{out}")
        return out

    def list(self, folder):
        return self.run([*self._words("ncftpls"), "-l", f"ftp://localhost/{folder}/"])

    def put(self, local, remote):
        # It keeps the local name, so the file gets the remote one first.
        named = self.lab.work / "ncftp" / remote
        named.parent.mkdir(exist_ok=True)
        shutil.copy(local, named)
        self.run([*self._words("ncftpput"), "localhost", "/", named])

    def get(self, remote, local):
        self.run([*self._words("ncftpget"), "localhost", local.parent / "ncftp", "/" + remote])
        shutil.move(local.parent / "ncftp" / remote, local)

    def rename(self, old, new):
        self._shell(f'rename "{old}" "{new}"')

    def delete(self, name):
        self._shell(f'rm "{name}"')

    def mkdir(self, name):
        self._shell(f'mkdir "{name}"')

    def rmdir(self, name):
        self._shell(f'rmdir "{name}"')


class LineClient(Program):
    """The clients that descend from BSD's ftp: commands on standard input, replies on standard output."""

    program = ()
    setup = ""

    def _say(self, *lines):
        script = "\n".join([f"open localhost {self.port}", f'user ann "{PASSWORD}"', self.setup, "binary", *lines, "bye"])
        out = self.run([*self.program, "-n", "-v"], input=(script + "\n").encode())
        refused = [line for line in out.splitlines() if line[:1] in "45" and line[3:4] == " " and line[:3].isdigit()]
        # They ask for what boxgate refuses by mandate, and go on.
        refused = [line for line in refused if "not supported" not in line]
        expect(not refused and "ogin failed" not in out, f"{self.program[0]}: {lines}\n{out}")
        return out

    def list(self, folder):
        return self._say(f'ls "{folder}"')

    def put(self, local, remote):
        out = self._say(f'put "{local}" "{remote}"')
        expect("226 " in out, out)

    def get(self, remote, local):
        out = self._say(f'get "{remote}" "{local}"')
        expect("226 " in out, out)

    def rename(self, old, new):
        self._say(f'rename "{old}" "{new}"')

    def delete(self, name):
        self._say(f'delete "{name}"')

    def mkdir(self, name):
        self._say(f'mkdir "{name}"')

    def rmdir(self, name):
        self._say(f'rmdir "{name}"')


class Tnftp(LineClient):
    program = ("tnftp",)


class InetutilsActive(LineClient):
    program = ("inetutils-ftp",)


class InetutilsPassive(LineClient):
    program = ("inetutils-ftp", "-p")


class Wget(Program):
    """Lists and fetches; it knows no way to change anything."""

    modes = ("plain", "explicit", "implicit")
    only_reads = True

    def _wget(self, path, into):
        scheme = "ftp" if self.mode == "plain" else "ftps"
        implicit = ["--ftps-implicit"] if self.mode == "implicit" else []
        self.run(["wget", "-nv", "--tries=1", "--timeout=60", "--no-config", "--ca-certificate", self.lab.certificate,
                  *implicit, "--user=ann", f"--password={PASSWORD}", "-O", into,
                  f"{scheme}://localhost:{self.port}/{urllib.parse.quote(path)}"])

    def list(self, folder):
        into = self.lab.work / "index.html"
        self._wget(folder + "/", into)
        return html.unescape(into.read_text())

    def get(self, remote, local):
        self._wget(remote, local)


class Rclone(Program):
    modes = ("plain", "explicit", "implicit")

    def _rclone(self, *words):
        secret = self.run(["rclone", "obscure", PASSWORD]).strip()
        tls = {"plain": "", "explicit": "explicit_tls = true\n", "implicit": "tls = true\n"}[self.mode]
        config = self.lab.directory / f"rclone-{self.mode}.conf"
        config.write_text(f"[box]\ntype = ftp\nhost = localhost\nport = {self.port}\nuser = ann\npass = {secret}\n{tls}"
                          "no_check_certificate = true\n")
        return self.run(["rclone", "--config", config, "--retries", "1", "--low-level-retries", "1", "--timeout", "100s",
                         *words])

    def list(self, folder):
        return self._rclone("lsf", f"box:{folder}")

    def put(self, local, remote):
        self._rclone("copyto", local, f"box:{remote}")

    def get(self, remote, local):
        self._rclone("copyto", f"box:{remote}", local)

    def rename(self, old, new):
        self._rclone("moveto", f"box:{old}", f"box:{new}")

    def delete(self, name):
        self._rclone("deletefile", f"box:{name}")

    def mkdir(self, name):
        self._rclone("mkdir", f"box:{name}")

    def rmdir(self, name):
        self._rclone("rmdir", f"box:{name}")
