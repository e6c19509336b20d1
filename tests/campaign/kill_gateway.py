"""kill -9 of boxgate at random moments while clients store and replace files. After the next start no acknowledged file is
missing, none is there in part, nothing is left that nobody has put there, and the spool is empty.
"""

import collections
import hashlib
import os
import pathlib
import random
import signal
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "clients")]

import clients  # noqa: E402
import doers  # noqa: E402
from lab import Failed, Lab, expect, expect_equal, main, wait_until  # noqa: E402
from worker import held_by_box  # noqa: E402

USERS = {"ann": "ftp", "bob": "sftp", "cid": "ftps", "dot": "sftp"}
FOLDER = "kept/"
NAMES = [FOLDER + name for name in ("a", "b", "c", "größe", "e e")]


class Uploader:
    """One user who uploads and renames over and over, until boxgate is gone."""

    def __init__(self, lab, user, protocol, seed):
        self._lab = lab
        self.user = user
        self._chance = random.Random(seed)
        self._doer = doers.doer(lab, user, protocol)
        self.files = {}     # what Box must hold
        self._unsure = []   # of the last moment: path -> state, each a possible outcome
        self.counts = collections.Counter()
        self._doer.make_folder(FOLDER.rstrip("/"))

    def work(self):
        try:
            while True:
                self._one()
        except doers.Refused as no:
            self.counts["refused"] += 1
            self.refusal = str(no)
        except Exception:
            self.counts["cut off"] += 1  # boxgate is gone
        finally:
            self._doer.close()

    refusal = None

    def _one(self):
        path = self._chance.choice(NAMES)
        if self._chance.random() < 0.3 and path in self.files:
            target = self._chance.choice([name for name in NAMES if name != path])
            new = {path: None, target: self.files[path]}
            self._unsure = [{each: self.files.get(each) for each in new}, new]
            self._doer.rename(path, target)
        else:
            size = int(2 ** self._chance.uniform(6, 22))
            content = self._chance.randbytes(size)
            new = {path: (size, hashlib.sha1(content).hexdigest())}
            self._unsure = [{path: self.files.get(path)}, new]
            self._doer.upload(path, content)
        self._take(new)
        self.counts["acknowledged"] += 1

    def _take(self, state):
        self._unsure = []
        for path, held in state.items():
            if held is None:
                self.files.pop(path, None)
            else:
                self.files[path] = held

    def check(self):
        """Once boxgate runs again and somebody has looked into the folder."""
        with clients.connect_ftp(self._lab, self.user) as ftp:
            ftp.retrlines(f"MLSD {FOLDER}", lambda line: None)
        outcomes = self._unsure or [{}]

        def fits():
            held = held_by_box(self._lab.box, self.user)
            for outcome in outcomes:
                wanted = self.files | outcome
                if held == {path: state for path, state in wanted.items() if state is not None}:
                    return [outcome]
            return None

        try:
            outcome = wait_until(fits, "Box holds what was acknowledged", 20)[0]
        except Failed:
            held = held_by_box(self._lab.box, self.user)
            raise Failed(f"{self.user}: Box holds {held}; expected {self.files} with one of {outcomes}") from None
        self._take(outcome)


def kill(lab):
    os.kill(lab.gateway.pid, signal.SIGKILL)
    wait_until(lambda: not lab.gateway.running(), "boxgate is dead")


def acknowledged_files_outlive_kill_9(lab, arguments):
    chance = random.Random(arguments.seed)
    uploaders = [Uploader(lab, user, protocol, f"{arguments.seed}/{user}") for user, protocol in USERS.items()]
    for turn in range(arguments.times):
        threads = [threading.Thread(target=uploader.work) for uploader in uploaders]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.02, 1.2))  # the random moment
        kill(lab)
        for thread in threads:
            thread.join()
        expect_equal(sorted(path.name for path in lab.spool.iterdir()), [], f"in the spool after kill {turn}")
        lab.stop_gateway()
        lab.start_gateway()
        for uploader in uploaders:
            expect(uploader.refusal is None, f"{uploader.user} was refused: {uploader.refusal}")
            uploader.check()
    lab.expect_nothing_held()
    total = sum((uploader.counts for uploader in uploaders), collections.Counter())
    expect(total["cut off"] >= arguments.times, "too few operations were under way when boxgate was killed")
    return f"{arguments.times} kills, {total['acknowledged']} operations acknowledged, {total['cut off']} cut off"


def options(parser):
    parser.add_argument("--seed", default="1")
    parser.add_argument("--times", type=int, default=20)


def shared(arguments):
    lab = Lab(arguments.bin, users={user: {} for user in USERS})
    # So that most of the time something is on its way to Box.
    lab.box.ask("POST", "/settings", {"latency_ms": 15, "upload_bytes_per_second": 40 << 20})
    return lab


if __name__ == "__main__":
    main(acknowledged_files_outlive_kill_9, options=options, shared=shared)
