"""What the campaign does: one seed, one plan. Nothing in it depends on what happens."""

import dataclasses
import math
import random

import troubles

MIB = 1 << 20
LARGE = 50 * MIB  # beyond it Box wants an upload session
PROTOCOLS = ("ftp", "ftps", "sftp")
FOLDERS = ("", "with space/", "größe/日本語/")
NAMES = ("a", "b.txt", "c (1)", "größe ä", "日本語", "e'e", "f#f", "100%")


@dataclasses.dataclass
class Step:
    number: int
    protocol: str
    verb: str                  # upload, download, rename, delete
    slot: int                  # which of the worker's files
    target: int = -1           # of a rename
    size: int = 0              # of an upload
    content_seed: int = 0
    vanish: float | None = None  # the share of an upload's or download's bytes after which the client is gone; 1: all
    troubles: list = dataclasses.field(default_factory=list)

    @property
    def must_succeed(self):
        """In spite of all troubles. A token that is refused twice on end is no token that has expired."""
        expired = sum(trouble.name.startswith(troubles.EXPIRED) for trouble in self.troubles)
        return expired < 2 and all(trouble.passing for trouble in self.troubles)

    @property
    def may_be_unknown(self):
        """Box does it without saying so, and then refuses to be asked: nobody can tell the client the truth."""
        return not self.must_succeed and any(trouble.hides_the_outcome for trouble in self.troubles)

    @property
    def is_transfer(self):
        return self.verb in ("upload", "download")

    def __repr__(self):
        words = [f"#{self.number} {self.verb} over {self.protocol}"]
        if self.verb == "upload":
            words.append(f"{self.size} bytes")
        if self.vanish is not None:
            words.append(f"client gone at {self.vanish:.0%}")
        return ", ".join(words + [str(trouble) for trouble in self.troubles])


def content_of(step):
    return random.Random(step.content_seed).randbytes(step.size)


def slots():
    """The paths that a worker's steps are about."""
    return [FOLDERS[number % len(FOLDERS)] + name for number, name in enumerate(NAMES)]


def size_of(chance):
    """Log-uniform, median 64 KiB; some above 50 MiB, where Box wants another kind of upload; some of nothing."""
    draw = chance.random()
    if draw < 0.02:
        return 0
    if draw < 0.05:
        return chance.randrange(LARGE + 1, 64 * MIB)
    return int(math.exp(chance.uniform(math.log(64), math.log(64 * MIB))))


def make_plan(seed, transfers):
    """Steps until so many of them are transfers."""
    chance = random.Random(seed)
    count = len(slots())
    steps = []
    filled = set()  # what there will be if all goes well; some steps ask for what is not there all the same
    while sum(step.is_transfer for step in steps) < transfers:
        verb = chance.choices(("upload", "download", "rename", "delete"), (50, 25, 15, 10))[0]
        likely = sorted(filled) if verb != "upload" and filled and chance.random() < 0.9 else range(count)
        step = Step(len(steps), chance.choice(PROTOCOLS), verb, chance.choice(likely))
        if verb == "rename":
            step.target = chance.choice([other for other in range(count) if other != step.slot])
        if verb == "upload":
            step.size = size_of(chance)
            step.content_seed = chance.getrandbits(64)
        if step.is_transfer and chance.random() < 0.15:
            step.vanish = chance.choice([0, chance.random(), 0.99, 1])
        if chance.random() < 0.6:
            kind = "large upload" if step.size > LARGE else verb
            step.troubles = [troubles.draw(chance, kind) for _ in range(chance.choice([1, 1, 1, 2]))]
        if verb in ("rename", "delete"):
            filled.discard(step.slot)
        if verb in ("rename", "upload"):
            filled.add(step.slot if verb == "upload" else step.target)
        steps.append(step)
    return steps
