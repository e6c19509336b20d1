"""The clients of the campaign: each does one step, and can vanish in the middle of it.

An operation returns when it was acknowledged. Refused: boxgate said no. Vanished: the client has gone, as asked.
Anything else that is raised is boxgate not answering as it should.
"""

import ftplib
import sys
import pathlib

import paramiko
from paramiko.sftp import CMD_CLOSE

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "clients"))

import clients  # noqa: E402

PIECE = 1 << 17


class Refused(Exception):
    pass


class Vanished(Exception):
    def __init__(self, everything_sent):
        self.everything_sent = everything_sent


def sent_share(content, vanish):
    return len(content) if vanish == 1 else min(len(content), int(len(content) * vanish))


class FtpDoer:
    def __init__(self, lab, login, tls):
        self._connect = lambda: clients.connect_ftp(lab, login, tls=tls, timeout=100)
        self._tls = tls
        self._ftp = None

    def _line(self):
        if self._ftp is None:
            self._ftp = self._connect()
            self._ftp.voidcmd("TYPE I")
        return self._ftp

    def close(self):
        """Without a word, as the kernel does it for a process that dies: the control connection is the older one."""
        if self._ftp is not None:
            self._ftp.close()
            self._ftp = None

    def _ask(self, work):
        try:
            return work(self._line())
        except (ftplib.error_perm, ftplib.error_temp) as no:
            raise Refused(str(no)) from None

    def upload(self, path, content, vanish=None):
        def work(ftp):
            data = ftp.transfercmd(f"STOR {path}")
            wanted = len(content) if vanish is None else sent_share(content, vanish)
            with data:
                try:
                    for begin in range(0, wanted, PIECE):
                        data.sendall(content[begin:min(wanted, begin + PIECE)])
                    if vanish is None or wanted == len(content):
                        if self._tls:
                            data.unwrap()
                except OSError:
                    pass  # the reply says why
                if vanish is not None:
                    self.close()
                    raise Vanished(wanted == len(content))
            ftp.voidresp()

        self._ask(work)

    def download(self, path, vanish=None):
        def work(ftp):
            got = []
            data = ftp.transfercmd(f"RETR {path}")
            limit = None if vanish is None else int(vanish * (1 << 22))
            with data:
                try:
                    while piece := data.recv(PIECE):
                        got.append(piece)
                        if limit is not None and sum(map(len, got)) >= limit:
                            break
                    if vanish is None and self._tls:
                        data.unwrap()
                except OSError:
                    pass  # the reply says why
                if vanish is not None:
                    self.close()
                    raise Vanished(False)
            ftp.voidresp()
            return b"".join(got)

        return self._ask(work)

    def rename(self, path, target):
        self._ask(lambda ftp: ftp.rename(path, target))

    def delete(self, path):
        self._ask(lambda ftp: ftp.delete(path))

    def make_folder(self, path):
        self._ask(lambda ftp: ftp.mkd(path))


class SftpDoer:
    def __init__(self, lab, login):
        self._lab = lab
        self._login = login
        self._key = paramiko.Ed25519Key.from_private_key_file(str(lab.ssh_key))
        self._transport = None
        self._sftp = None

    def _line(self):
        if self._sftp is None:
            self._transport = paramiko.Transport(("127.0.0.1", self._lab.sftp_port))
            self._transport.connect(username=self._login, pkey=self._key)
            self._sftp = paramiko.SFTPClient.from_transport(self._transport)
            self._sftp.get_channel().settimeout(100)
        return self._sftp

    def close(self):
        if self._transport is not None:
            self._transport.sock.close()
            self._transport.close()
            self._transport = self._sftp = None

    def _ask(self, work):
        try:
            return work(self._line())
        except EOFError:
            raise
        except OSError as no:
            # paramiko tells a refusal and a lost connection by the same exception.
            lost = isinstance(no, (ConnectionError, TimeoutError)) or str(no) == "Socket is closed"
            if not lost and (no.errno is None or no.errno in (2, 13)):
                raise Refused(str(no)) from None
            raise

    def upload(self, path, content, vanish=None):
        def work(sftp):
            file = sftp.open(path, "wb")
            file.set_pipelined(True)
            wanted = len(content) if vanish is None else sent_share(content, vanish)
            for begin in range(0, wanted, PIECE):
                file.write(content[begin:min(wanted, begin + PIECE)])
            if vanish is not None:
                if wanted == len(content):
                    sftp._async_request(type(None), CMD_CLOSE, file.handle)
                self.close()
                raise Vanished(wanted == len(content))
            # file.close() would keep quiet about a refusal.
            sftp._request(CMD_CLOSE, file.handle)
            file._closed = True

        self._ask(work)

    def download(self, path, vanish=None):
        def work(sftp):
            with sftp.open(path, "rb") as file:
                size = file.stat().st_size
                if vanish is not None:
                    file.read(int(vanish * size))
                    self.close()
                    raise Vanished(False)
                file.prefetch(size)
                return file.read()

        return self._ask(work)

    def rename(self, path, target):
        self._ask(lambda sftp: sftp.posix_rename(path, target))

    def delete(self, path):
        self._ask(lambda sftp: sftp.remove(path))

    def make_folder(self, path):
        self._ask(lambda sftp: sftp.mkdir(path))


def doer(lab, login, protocol):
    return SftpDoer(lab, login) if protocol == "sftp" else FtpDoer(lab, login, tls=protocol == "ftps")
