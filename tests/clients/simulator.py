"""The Box simulator as tests see it: started on loopback, asked and disturbed through its admin port."""

import contextlib
import hashlib
import json
import os
import pathlib
import sys
import urllib.parse
import urllib.request

# What the tests call their people, and who they are at the simulated Box.
LOGINS = {"ann": "alice@example.com", "bob": "bob@example.com", "cid": "demo@example.com",
          "dot": "demo@example.com.invalid"}

STORES = ("POST /files*content", "POST /files/upload_sessions/{id}/commit")
PARTS = "PUT /files/upload_sessions/{id}"


class Call:
    """One line of the simulator's journal."""

    def __init__(self, row, box):
        self._row = row
        self._box = box
        self.endpoint = row["endpoint"]
        self.path = row["path"]
        self.status = row["status"]
        self.begin = row["begin_us"] / 1e6
        self.end = row["end_us"] / 1e6
        self.as_user = row["as_user"]
        self.through_proxy = row["through_proxy"]
        self.notifications = row["notifications"]
        self.if_match = row["if_match"]
        self.retry_after = int(row["retry_after"] or 0)  # seconds; 0: the answer had none
        self.is_token = self.endpoint == "POST /oauth2/token"
        self.is_listing = self.endpoint == "GET /folders/{id}/items"
        self.is_data = self.endpoint == "GET /download"
        self.is_download = self.endpoint == "GET /files/{id}/content"
        self.is_upload = self.endpoint in ("POST /files/content", "POST /files/{id}/content")
        self.is_part = self.endpoint == PARTS
        self.is_event = self.endpoint in ("OPTIONS /events", "GET /events", "GET /subscribe")

    def of_folder(self, path):
        wanted = self._box.ids("ann", "")["/" + path]
        return f"/folders/{wanted}/" in self.path

    def __repr__(self):
        return f"{self.endpoint} -> {self.status}"


class Simulator:
    @staticmethod
    def start(lab):
        return Simulator(lab)

    def __init__(self, lab):
        directory = lab.directory / "box"
        self._directory = directory
        self.ca_file = lab.directory / "ca.pem"
        self.jwt_config = directory / "jwt_config.json"
        ready = lab.directory / "box.json"
        lab.run([lab.program("box-simulator"), "init", directory])
        record = []
        if folder := os.environ.get("BOXGATE_RECORD"):  # for tests/openapi
            record = ["--record", pathlib.Path(folder) / f"{pathlib.Path(sys.argv[0]).stem}-{os.getpid()}.jsonl"]
        self.process = lab.spawn("box-simulator", [lab.program("box-simulator"), "serve", directory, "--tls", "--listen",
                                                   "127.0.0.1:0", "--admin", "127.0.0.1:0", "--proxy-listen",
                                                   "127.0.0.1:0", "--ca-out", self.ca_file, "--ready-file", ready, *record])
        where = self.process.wait_for_file(ready)
        self.port, self.url = where["port"], where["url"]
        self.proxy_port = where["proxy_port"]
        self._admin = f"http://127.0.0.1:{where['admin_port']}"

    def ask(self, method, route, content=None):
        """One call of the admin port, which tests/simulator/README.md describes."""
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(self._admin + route, data=data, method=method)
        if data is None and method != "GET":
            request.add_header("Content-Length", "0")
        # Never through a proxy that the environment names.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return json.load(answer)

    def user(self, name):
        """The Box login of a user of the tests; other names are taken for Box logins themselves."""
        return LOGINS.get(name, name)

    def user_id(self, name):
        for row in json.loads((self._directory / "enterprise.json").read_text())["users"]:
            if row["login"] == self.user(name):
                return row["id"]
        raise KeyError(name)

    def files(self, name):
        """The folder in which this user's tree lies as plain files."""
        return self._directory / "root" / self.user(name)

    def put(self, name, path, content):
        """Makes a file, or a new version of it; returns the SHA-1 of the content."""
        self.ask("POST", "/seed", [{"user": self.user(name), "path": "/" + path, "content": content.decode()}])
        return hashlib.sha1(content).hexdigest()

    def make_folder(self, name, path):
        self.ask("POST", "/seed", [{"user": self.user(name), "path": "/" + path}])

    def seed(self, name, folder, count):
        rows = [{"user": self.user(name), "path": f"/{folder}/entry {number:05}", "content": str(number)}
                for number in range(count)]
        self.ask("POST", "/seed", rows)

    def ids(self, name, folder):
        """Path -> Box id of all that lies below the folder."""
        rows = self.ask("GET", "/tree?user=" + urllib.parse.quote(self.user(name)))
        below = "/" + folder if folder else ""
        return {row["path"]: row["id"] for row in rows if row["path"].startswith(below + "/")}

    def journal(self):
        return [Call(row, self) for row in self.ask("GET", "/journal")]

    def upload_sessions(self):
        return list(range(self.ask("GET", "/state")["upload_sessions"]))

    @contextlib.contextmanager
    def faults(self, *faults):
        """Until the end of the block, calls that match go wrong as described."""
        self.ask("POST", "/faults", [{"count": -1} | fault for fault in faults])
        try:
            yield
        finally:
            self.ask("DELETE", "/faults")

    def delayed_stores(self, seconds):
        return self.faults(*({"match": match, "delay_ms": int(seconds * 1000)} for match in STORES))

    def delayed_parts(self, seconds):
        return self.faults({"match": PARTS, "delay_ms": int(seconds * 1000)})

    def frozen(self, name):
        """All calls that this user makes hang."""
        return self.faults({"match": "*", "user": self.user_id(name), "freeze": True})

    @contextlib.contextmanager
    def settings(self, **changed):
        """Until the end of the block, Box behaves as said; tests/simulator/README.md lists the settings."""
        before = self.ask("GET", "/settings")
        self.ask("POST", "/settings", changed)
        try:
            yield
        finally:
            self.ask("POST", "/settings", {name: before[name] for name in changed})
