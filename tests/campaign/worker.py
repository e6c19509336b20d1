"""One user of the campaign: carries out a plan, and knows after each step what Box must hold."""

import collections
import hashlib
import time
import urllib.parse

import clients
import doers
import plan
from lab import Failed, wait_until


def held_by_box(box, user):
    """Path -> (size, SHA-1) of every file that the user has in the simulator."""
    rows = box.ask("GET", "/tree?user=" + urllib.parse.quote(box.user(user)))
    files = {}
    for row in rows:
        if row["type"] == "file":
            path = row["path"].lstrip("/")
            if path in files:
                raise Failed(f"two files of the name {path}")
            files[path] = (row["size"], row["sha1"])
    return files


class Worker:
    def __init__(self, lab, user, seed, transfers):
        self._lab = lab
        self._user = user
        self._seed = seed
        self.steps = plan.make_plan(seed, transfers)
        self._doers = {protocol: doers.doer(lab, user, protocol) for protocol in plan.PROTOCOLS}
        self._names = plan.slots()
        self._generation = collections.Counter()
        self._files = {}     # what Box must hold: path -> (size, SHA-1)
        self._unsure = {}    # path -> what Box may hold there, None for nothing: the client had gone before the answer
        self.outcomes = collections.Counter()
        self.violations = []

    def run(self):
        for folder in sorted({name.rsplit("/", 1)[0] for name in self._names if "/" in name}):
            above = ""
            for part in folder.split("/"):
                try:
                    self._doers["ftp"].make_folder(above + part)
                except doers.Refused:
                    pass  # made for another folder
                above += part + "/"
        for step in self.steps:
            try:
                self._step(step)
            except Exception as error:  # whatever it is, it is the campaign's to tell
                self._violated(step, f"{type(error).__name__}: {error}")
                for each in self._doers.values():
                    each.close()
        self._lab.box.ask("DELETE", "/faults?user=" + self._lab.box.user(self._user))

    def close(self):
        for each in self._doers.values():
            each.close()

    def _look_into_folders(self):
        """What a replacement in the middle has left behind is settled when the folder is looked at next."""
        with clients.connect_ftp(self._lab, self._user) as ftp:
            for folder in plan.FOLDERS:
                ftp.retrlines(f"MLSD /{folder}", lambda line: None)

    def _path(self, slot):
        number = self._generation[slot]
        return self._names[slot] + (f"~{number}" if number else "")

    def _violated(self, step, what):
        self.violations.append(f"seed {self._seed}, {step}: {what}")

    def _step(self, step):
        path = self._path(step.slot)
        target = self._path(step.target) if step.verb == "rename" else None
        old = {each: self._files.get(each) for each in (path, target) if each}
        content = plan.content_of(step) if step.verb == "upload" else None
        new = dict(old)
        if step.verb == "upload":
            new[path] = (len(content), hashlib.sha1(content).hexdigest())
        elif step.verb == "rename":
            new = {path: None, target: old[path]}
        elif step.verb == "delete":
            new = {path: None}

        box = self._lab.box
        faults = [fault | {"user": box.user_id(self._user)} for trouble in step.troubles for fault in trouble.faults]
        if faults:
            box.ask("POST", "/faults", faults)
        try:
            outcome, told = self._do(step, path, target, content, old)
        finally:
            box.ask("DELETE", "/faults?user=" + urllib.parse.quote(box.user(self._user)))
        quiet = max([trouble.quiet for trouble in step.troubles], default=0)
        self.outcomes[step.verb, outcome] += 1
        if quiet:
            time.sleep(quiet)  # Box has asked for it: what follows must find it willing

        possible = step.verb == "upload" or old[path] is not None
        if outcome == "refused" and possible and step.must_succeed:
            self._violated(step, f"refused without need: {told}")
        if outcome == "acknowledged" and not possible:
            self._violated(step, "acknowledged, although there was no such file")
        if outcome == "vanished" and step.verb == "upload":
            # What becomes of it shows in its own time. Nobody comes back to this path.
            allowed = [old[path]] + ([new[path]] if told else [])
            self._unsure[path] = allowed
            self._files.pop(path, None)
            self._generation[step.slot] += 1
        elif outcome == "refused" and step.may_be_unknown:
            self._look_into_folders()
            held = held_by_box(self._lab.box, self._user)
            is_new = all(held.get(each) == state for each, state in new.items())
            self._settle(step, new if is_new else old, "refused, outcome unknown")
        else:
            self._settle(step, new if outcome == "acknowledged" else old, outcome)

    def _do(self, step, path, target, content, old):
        doer = self._doers[step.protocol]
        try:
            if step.verb == "upload":
                doer.upload(path, content, step.vanish)
            elif step.verb == "download":
                got = doer.download(path, step.vanish)
                is_same = old[path] == (len(got), hashlib.sha1(got).hexdigest())
                if old[path] is not None and not is_same:
                    self._violated(step, f"acknowledged another content: {len(got)} bytes for {old[path]}")
            elif step.verb == "rename":
                doer.rename(path, target)
            else:
                doer.delete(path)
            return "acknowledged", None
        except doers.Refused as no:
            return "refused", str(no)
        except doers.Vanished as gone:
            return "vanished", gone.everything_sent
        except EOFError:
            # FTP's long reply, which has begun with 226, has ended with another code: ftplib reads on to the end.
            if step.verb != "upload":
                raise
            doer.close()
            return "refused", "the reply ended with the connection"

    def _settle(self, step, wanted, outcome):
        """Box holds exactly `wanted` at the paths of the step, at once; and nothing that nobody has put there."""
        held = held_by_box(self._lab.box, self._user)
        for path, state in wanted.items():
            if held.get(path) != state:
                self._violated(step, f"{outcome}, but Box holds {held.get(path)} as {path}, not {state}")
            if held.get(path) is None:
                self._files.pop(path, None)
            else:
                self._files[path] = held[path]

    def check_all(self, when):
        """Once nothing is under way any more."""
        if self._lab.gateway.running():
            self._look_into_folders()

        def differences():
            held = held_by_box(self._lab.box, self._user)
            wrong = [f"{path} is {held.get(path)}, not {state}" for path, state in self._files.items()
                     if held.get(path) != state]
            wrong += [f"{path} is {held.get(path)}, none of {allowed}" for path, allowed in self._unsure.items()
                      if held.get(path) not in allowed]
            wrong += [f"{path} has come from nowhere" for path in held
                      if path not in self._files and path not in self._unsure]
            return wrong

        try:
            wait_until(lambda: not differences(), "Box holds what was acknowledged", 20, pause=0.2)
        except Failed:
            self.violations += [f"seed {self._seed}, {when}: {line}" for line in differences()]
