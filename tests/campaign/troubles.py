"""What can go wrong between boxgate and Box: each trouble a list of faults for the simulator's admin port.

A trouble is `passing` if boxgate must get the work done in spite of it: it is over after a call or two, or Box says for
how short a time. Under the others an operation may fail, but then it must say so and leave everything as it was.
"""

import json

STORES = "POST /files*content"
COMMIT = "POST /files/upload_sessions/{id}/commit"
PART = "PUT /files/upload_sessions/{id}"
SESSION = "POST /files*upload_sessions"
DATA = "GET /download"

# The calls that an operation may make; a trouble waits for one of them.
CALLS = {
    "upload": ["OPTIONS /files*", "GET /f*", STORES, STORES, "*"],
    "large upload": ["GET /f*", SESSION, PART, PART, COMMIT, "*"],
    "download": ["OPTIONS /files*", "GET /folders/{id}/items", "GET /files/{id}", "GET /files/{id}/content", DATA, "*"],
    "rename": ["OPTIONS /files*", "GET /folders/{id}/items", "PUT /files/{id}", "*"],
    "delete": ["OPTIONS /files*", "GET /folders/{id}/items", "DELETE /files/{id}", "*"],
}


def box_error(code):
    return json.dumps({"type": "error", "code": code, "message": f"simulated: {code}"})


def once(match, **fault):
    return {"match": match, "count": 1} | fault


EXPIRED = "token expired"

# Longer than the campaign's limits.max_wait.
LONG = 5


class Trouble:
    def __init__(self, name, faults, passing, quiet=0):
        """quiet: for so many seconds Box has asked to be left alone."""
        self.name = name
        self.faults = faults
        self.passing = passing
        self.quiet = quiet

    @property
    def hides_the_outcome(self):
        """Box has done what was asked, and the answer that says so is lost."""
        return any(fault.get("after") or "cut_after_bytes" in fault for fault in self.faults)

    def __repr__(self):
        return self.name


def draw(chance, kind):
    """One trouble for an operation of this kind, drawn from `chance`, a random.Random."""
    match = chance.choice(CALLS[kind])
    status = chance.choice([500, 502, 503, 504])
    makers = [
        lambda: Trouble(f"429 once on {match}", [once(match, status=429, headers={"Retry-After": "1"},
                                                      body=box_error("rate_limit_exceeded"))], True),
        lambda: Trouble(f"429 for long on {match}", [once(match, status=429, headers={"Retry-After": str(LONG)},
                                                          body=box_error("rate_limit_exceeded"), count=50)], False, LONG),
        lambda: Trouble(f"{status} once before {match}", [once(match, status=status)], True),
        lambda: Trouble(f"{status} once after {match}", [once(match, status=status, after=True)], True),
        lambda: Trouble(f"{status} always on {match}", [once(match, status=status, count=1000)], False),
        lambda: Trouble(f"reset once before {match}", [once(match, reset=True)], True),
        lambda: Trouble(f"reset once after {match}", [once(match, reset=True, after=True)], True),
        lambda: Trouble(f"answer cut on {match}", [once(match, cut_after_bytes=chance.randrange(200))], True),
        lambda: Trouble(f"delay on {match}", [once(match, delay_ms=chance.randrange(50, 800), count=2)], True),
        lambda: Trouble(f"403 on {match}", [once(match, status=403, count=1000,
                                                 body=box_error("access_denied_insufficient_permissions"))], False),
        lambda: Trouble(f"{EXPIRED} at {match}", [once(match, status=401)], True),
    ]
    own = {
        "upload": [
            lambda: Trouble("upload broken off", [once(STORES, cut_request_bytes=int(2 ** chance.uniform(0, 22)))], True),
            lambda: Trouble("quota", [once(STORES, status=403, count=100, body=box_error("storage_limit_exceeded"))],
                            False),
        ],
        "large upload": [
            lambda: Trouble("part broken off", [once(PART, cut_request_bytes=int(2 ** chance.uniform(0, 22)))], True),
            lambda: Trouble("quota", [once(chance.choice([SESSION, COMMIT]), status=403, count=100,
                                           body=box_error("storage_limit_exceeded"))], False),
            lambda: Trouble("commit not ready", [once(COMMIT, status=202, headers={"Retry-After": "1"},
                                                      count=chance.randrange(1, 4))], True),
            lambda: Trouble("parts mismatch", [once(COMMIT, status=400, body=box_error("parts_mismatch"))], True),
            lambda: Trouble("part refused once", [once(PART, status=chance.choice([500, 503, 429]))], True),
        ],
        "download": [
            lambda: Trouble("not ready", [once("GET /files/{id}/content", status=202, headers={"Retry-After": "1"},
                                               count=chance.randrange(1, 3))], True),
            lambda: Trouble("content cut", [once(DATA, cut_after_bytes=int(2 ** chance.uniform(0, 24)))], True),
            lambda: Trouble("link expired", [once(DATA, status=chance.choice([401, 403, 404]))], True),
            lambda: Trouble("content damaged", [once(DATA, damage=True, count=20)], False),
        ],
        "rename": [lambda: Trouble("blocked for a moment", [
            once("PUT /files/{id}", status=409, body=box_error("operation_blocked_temporary"))], True)],
        "delete": [lambda: Trouble("blocked for a moment", [
            once("DELETE /files/{id}", status=409, body=box_error("operation_blocked_temporary"))], True)],
    }
    return chance.choice(makers + own[kind] * 2)()
