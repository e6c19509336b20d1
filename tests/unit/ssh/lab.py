"""Starts sftp_memory_server and runs real SSH clients against it."""
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

PASSWORD = "secret word"


def until(condition, what, seconds=20):
    """Waits for condition() to be true and returns its value; fails with `what`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


class Server:
    """The server, its folder of keys, and its command line."""

    def __init__(self, program, *words):
        self.folder = tempfile.mkdtemp(prefix="boxgate-ssh-")
        self.keys = {}
        with open(os.path.join(self.folder, "authorized_keys"), "w") as known:
            for kind, size in (("ed25519", []), ("ecdsa", []), ("rsa", ["-b", "2048"])):
                path = os.path.join(self.folder, "id_" + kind)
                subprocess.run(["ssh-keygen", "-q", "-t", kind, *size, "-N", "", "-f", path], check=True)
                known.write(open(path + ".pub").read())
                self.keys[kind] = path
        path = os.path.join(self.folder, "id_unknown")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        self.keys["unknown"] = path
        self.log_path = os.path.join(self.folder, "log")
        self.log = open(self.log_path, "w")
        self.process = subprocess.Popen([program, self.folder, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.log, text=True)
        self.port = self.process.stdout.readline().split()[1]

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def stats(self):
        words = self.ask("stats").split()
        return {name: int(value) for name, value in zip(words[::2], words[1::2])}

    def resident(self):
        """Memory in kB."""
        status = open(f"/proc/{self.process.pid}/status").read()
        return int(status.split("VmRSS:")[1].split()[0])

    def wait_empty(self):
        until(lambda: not any(self.stats().values()), "sessions, handles, blocks and sinks gone")

    def close(self):
        self.process.stdin.close()
        code = self.process.wait(20)
        self.log.close()
        text = open(self.log_path).read()
        shutil.rmtree(self.folder)
        return code, text

    # Clients.
    def options(self, key="ed25519", user="demo"):
        return ["-F/dev/null", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR",
                "-oIdentitiesOnly=yes", "-oIdentityAgent=none", "-oBatchMode=yes", "-oUser=" + user,
                "-oIdentityFile=" + self.keys[key]]

    def sftp_command(self, *more, key="ed25519", user="demo"):
        return ["sftp", "-P", self.port, *self.options(key, user), *more, "-b", "-", "127.0.0.1"]

    def sftp(self, batch, *more, key="ed25519", user="demo", timeout=60):
        """Runs a batch; returns exit code, standard output and standard error."""
        done = subprocess.run(self.sftp_command(*more, key=key, user=user), input=batch, capture_output=True, text=True,
                              timeout=timeout)
        return done.returncode, done.stdout, done.stderr

    def with_password(self, command, password, timeout=60):
        """Runs an OpenSSH command whose password prompt is answered."""
        asker = os.path.join(self.folder, "askpass")
        with open(asker, "w") as script:
            script.write("#!/bin/sh\nprintf '%s\\n' " + shlex.quote(password) + "\n")
        os.chmod(asker, 0o700)
        env = dict(os.environ, SSH_ASKPASS=asker, SSH_ASKPASS_REQUIRE="force")
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=env,
                              stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr


def random_file(path, size, seed=1):
    source = random.Random(seed)
    with open(path, "wb") as out:
        out.write(source.randbytes(size))
    return path


def make_tree(root):
    """Files from nothing to some megabytes, with hard names, six levels deep. Returns how many."""
    names = ["plain", "with space", "quote'it", 'double"quote', "täglich-日本", "semi;colon", "star*", "#hash", "100%"]
    count = 0
    folder = root
    for level in range(6):
        folder = os.path.join(folder, names[level % len(names)])
        os.makedirs(folder)
        for index, name in enumerate(names):
            size = [0, 1, 100, 32768, 261120, 261121, 262144, 300001, 3000000][index]
            random_file(os.path.join(folder, name + ".bin"), size, seed=level * 100 + index)
            count += 1
    return count


def run_tests(names):
    """Runs what is called test_... among a script's `names`, in order, against one server: PROGRAM [word in a name]."""
    program, wanted = sys.argv[1], sys.argv[2:]
    server = Server(program, "2")
    failed = 0
    for name, test in list(names.items()):
        if not name.startswith("test_") or (wanted and not any(word in name for word in wanted)):
            continue
        work = tempfile.mkdtemp(prefix="boxgate-client-")
        print(name, flush=True)
        try:
            test(server, work)
            server.wait_empty()
        except Exception:
            failed += 1
            traceback.print_exc()
        shutil.rmtree(work)
    code, log = server.close()
    if code != 0 or failed:
        print("server's exit code:", code)
        print("\n".join(log.splitlines()[-60:]))
    sys.exit(1 if failed or code != 0 else 0)
