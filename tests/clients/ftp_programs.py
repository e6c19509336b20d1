"""One class per FTP client program: what the matrix asks for, said as that program wants it."""

import asyncio
import ftplib
import json
import os
import shutil
import ssl
import urllib.parse

import clients
from lab import PASSWORD, expect

# Names that clients quote, split, encode or take for patterns.
AWKWARD = ["with space", "größe äöü", "日本語", "it's", "100%", "a;b&c", "#hash", "[brackets]"]


class Program:
    """One client in one mode. Each operation raises if the client says that it failed."""

    modes = ("plain",)

    def __init__(self, lab, mode):
        self.lab = lab
        self.mode = mode
        self.port = lab.ftps_port if mode == "implicit" else lab.ftp_port

    def run(self, command, **kind):
        return self.lab.run(command, env=os.environ | {"HOME": str(self.lab.work), "LC_ALL": "C.UTF-8"}, **kind).stdout

    def list(self, folder):
        """Everything the client shows of it."""

    def put(self, local, remote):
        """Stores a file."""

    def get(self, remote, local):
        """Fetches a file."""

    def rename(self, old, new):
        """Renames a file."""

    def delete(self, name):
        """Deletes a file."""

    def mkdir(self, name):
        """Makes a folder."""

    def rmdir(self, name):
        """Removes a folder."""


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
        import html
        return html.unescape(into.read_text())

    def get(self, remote, local):
        self._wget(remote, local)


class ImplicitFtpTls(ftplib.FTP_TLS):
    """ftplib has explicit TLS only; this is what its users write for the other."""

    @property
    def sock(self):
        return self._sock

    @sock.setter
    def sock(self, value):
        if value is not None and not isinstance(value, ssl.SSLSocket):
            value = self.context.wrap_socket(value, server_hostname=self.host)
        self._sock = value


class Ftplib(Program):
    modes = ("plain", "explicit", "implicit")

    def _ftp(self):
        if self.mode != "implicit":
            return clients.connect_ftp(self.lab, tls=self.mode == "explicit", timeout=100)
        ftp = ImplicitFtpTls(context=ssl.create_default_context(cafile=str(self.lab.certificate)), timeout=100,
                             encoding="utf-8")
        ftp.connect("localhost", self.port)
        ftplib.FTP.login(ftp, "ann", PASSWORD)
        ftp.prot_p()
        return ftp

    def _with(self, action):
        ftp = self._ftp()
        value = action(ftp)
        ftp.quit()
        return value

    def list(self, folder):
        return self._with(lambda ftp: "\n".join(name for name, _ in ftp.mlsd(folder)))

    def put(self, local, remote):
        with open(local, "rb") as file:
            self._with(lambda ftp: ftp.storbinary(f"STOR {remote}", file))

    def get(self, remote, local):
        with open(local, "wb") as file:
            self._with(lambda ftp: ftp.retrbinary(f"RETR {remote}", file.write))

    def rename(self, old, new):
        self._with(lambda ftp: ftp.rename(old, new))

    def delete(self, name):
        self._with(lambda ftp: ftp.delete(name))

    def mkdir(self, name):
        self._with(lambda ftp: ftp.mkd(name))

    def rmdir(self, name):
        self._with(lambda ftp: ftp.rmd(name))


class Aioftp(Program):
    """Plain only. Version 0.21 knows TLS from the first byte, and over it waits for the TLS handshake of a data connection
    before it sends the command that the connection is for; a server learns only from that command what it is for."""

    def _with(self, action):
        import aioftp

        async def run():
            async with aioftp.Client.context("localhost", self.port, "ann", PASSWORD) as client:
                return await action(client)

        return asyncio.run(asyncio.wait_for(run(), 100))

    def list(self, folder):
        async def names(client):
            return "\n".join([str(path) async for path, _ in client.list(folder)])
        return self._with(names)

    def put(self, local, remote):
        self._with(lambda client: client.upload(local, remote, write_into=True))

    def get(self, remote, local):
        self._with(lambda client: client.download(remote, local, write_into=True))

    def rename(self, old, new):
        self._with(lambda client: client.rename(old, new))

    def delete(self, name):
        self._with(lambda client: client.remove_file(name))

    def mkdir(self, name):
        self._with(lambda client: client.make_directory(name))

    def rmdir(self, name):
        self._with(lambda client: client.remove_directory(name))


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


class BasicFtp(Program):
    """npm's most used client; installed into the build folder."""

    modes = ("plain", "explicit", "implicit")
    script = """
const ftp = require("basic-ftp");
const [at, verb, ...words] = JSON.parse(process.argv[1]);
(async () => {
    const client = new ftp.Client(100000);
    await client.access(at);
    const verbs = {
        list: async folder => (await client.list(folder)).map(entry => entry.name).join("\\n"),
        put: (local, remote) => client.uploadFrom(local, remote),
        get: (remote, local) => client.downloadTo(local, remote),
        rename: (from, to) => client.rename(from, to),
        delete: name => client.remove(name),
        mkdir: name => client.send("MKD " + name),
        rmdir: name => client.removeEmptyDir(name),
    };
    const told = await verbs[verb](...words);
    if (typeof told === "string") console.log(told);
    client.close();
})().catch(error => { console.error(String(error)); process.exit(1); });
"""

    def _node(self, verb, *words):
        modules = clients.npm_install(self.lab, "basic-ftp@5")
        at = {"host": "localhost", "port": self.port, "user": "ann", "password": PASSWORD,
              "secure": {"plain": False, "explicit": True, "implicit": "implicit"}[self.mode],
              "secureOptions": {"ca": self.lab.certificate.read_text()}}
        return self.lab.run(["node", "-e", self.script, json.dumps([at, verb, *map(str, words)])],
                            env=os.environ | {"NODE_PATH": str(modules)}).stdout

    def list(self, folder):
        return self._node("list", folder)

    def put(self, local, remote):
        self._node("put", local, remote)

    def get(self, remote, local):
        self._node("get", remote, local)

    def rename(self, old, new):
        self._node("rename", old, new)

    def delete(self, name):
        self._node("delete", name)

    def mkdir(self, name):
        self._node("mkdir", name)

    def rmdir(self, name):
        self._node("rmdir", name)


PROGRAMS = {"curl": Curl, "lftp": Lftp, "ncftp": Ncftp, "tnftp": Tnftp, "inetutils-ftp active": InetutilsActive,
            "inetutils-ftp passive": InetutilsPassive, "wget": Wget, "ftplib": Ftplib, "aioftp": Aioftp,
            "rclone": Rclone, "basic-ftp": BasicFtp}
