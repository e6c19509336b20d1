"""FTP clients that programs are written with: of Python and of Node.js."""

import asyncio
import ftplib
import json
import os
import ssl

import clients
from ftp_program import Program
from lab import PASSWORD


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
