"""A Docker engine of its own for a test: private socket and data, and a look-alike of debian:bookworm-slim made from
Debian's packages, so that no registry is asked. Needs root, docker.io, mmdebstrap; docker-compose for compose files."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "clients"))
from lab import Failed, expect, wait_until  # noqa: E402

BASE = "debian:bookworm-slim"
BRIDGE = "10.88.7.1"  # of this engine, so that it does not meet another's


class Engine:
    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="boxgate-docker."))
        self.environment = os.environ | {"DOCKER_HOST": f"unix://{self.directory}/docker.sock",
                                         "DOCKER_CONFIG": str(self.directory / "config"), "COMPOSE_DOCKER_CLI_BUILD": "0",
                                         "DOCKER_BUILDKIT": "0"}
        (self.directory / "config").mkdir()
        self._log = open(self.directory / "dockerd.log", "wb")
        self._daemon = subprocess.Popen(
            ["dockerd", "--data-root", self.directory / "data", "--exec-root", self.directory / "exec", "-H",
             self.environment["DOCKER_HOST"], "--pidfile", self.directory / "pid", "--bip", f"{BRIDGE}/24"],
            stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            wait_until(self._answers, "dockerd answers", seconds=60, pause=0.2)
            self._make_base()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _answers(self):
        if self._daemon.poll() is not None:
            raise Failed("dockerd ended:\n" + (self.directory / "dockerd.log").read_text()[-3000:])
        return self.docker("info", check=False).returncode == 0

    def _make_base(self):
        tar = self.directory / "base.tar"
        self.run("mmdebstrap", "--quiet", "--variant=minbase", "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
                 "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*",
                 "--dpkgopt=path-exclude=/usr/share/locale/*", "bookworm", tar,
                 "/etc/apt/sources.list.d/debian.sources", seconds=600)
        self.docker("import", "-c", 'CMD ["bash"]', tar, BASE)
        tar.unlink()

    def run(self, *words, seconds=300, check=True):
        done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=seconds, env=self.environment, cwd=ROOT)
        done.stdout = done.stdout.decode(errors="replace")
        expect(not check or done.returncode == 0, f"{' '.join(map(str, words))} ended with {done.returncode}:\n"
                                                  f"{done.stdout[-4000:]}")
        return done

    def docker(self, *words, **kind):
        return self.run("/usr/bin/docker", *words, **kind)

    def compose(self, file, *words, **kind):
        return self.run("docker-compose", "-f", ROOT / "docker" / file, *words, **kind)

    def start(self, *words):
        """A command that runs on; its output is thrown away."""
        return subprocess.Popen([str(word) for word in words], env=self.environment, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def build(self, file, tag):
        self.docker("build", "-q", "-f", ROOT / "docker" / file, "--build-arg", f"JOBS={os.cpu_count()}", "-t", tag, ROOT,
                    seconds=3000)

    def look(self, what, form):
        return self.docker("inspect", "-f", form, what).stdout.strip()

    def tell(self):
        print("--- the end of dockerd's log:", (self.directory / "dockerd.log").read_text(errors="replace")[-2000:], sep="\n")

    def close(self):
        for container in self.docker("ps", "-aq", check=False).stdout.split():
            self.docker("rm", "-fv", container, check=False)
        if self._daemon.poll() is None:
            self._daemon.terminate()
            try:
                self._daemon.wait(60)
            except subprocess.TimeoutExpired:
                self._daemon.kill()
                self._daemon.wait()
        self._log.close()
        subprocess.run(["umount", str(self.directory / "exec" / "netns" / "default")], stderr=subprocess.DEVNULL)
        shutil.rmtree(self.directory, ignore_errors=True)


if __name__ == "__main__":
    # Says whether an engine can run on this machine at all; the exit code is 1 if not.
    try:
        with Engine() as engine:
            print("an engine runs here:", engine.docker("version", "-f", "{{.Server.Version}}").stdout.strip())
    except (Failed, OSError, subprocess.TimeoutExpired) as refused:
        print(f"no Docker engine can run here: {refused}")
        sys.exit(1)
