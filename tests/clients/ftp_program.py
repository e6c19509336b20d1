"""What the matrix of FTP clients asks of each."""

import os


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
