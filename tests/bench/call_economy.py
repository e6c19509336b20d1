#!/usr/bin/env python3
"""How many calls of Box each operation takes, against the fewest that Box's API allows; one table, and a failure for
every call above the minimum that has no reason here, or that this page does not list.

cold: nothing is known but the service token and the user's id. warm: the folder has just been listed.
Content from and to the data host is no API call and not counted; the journal is compared call by call.
"""

import collections
import ftplib
import stat as stat_bits

import bench_lab  # noqa: F401  (finds lab and clients)
import clients
from lab import Failed, Lab, expect_equal, main, wait_until

LOOK = "OPTIONS /files/content"  # one name looked up, or found free
LIST = "GET /folders/{id}/items"
FILE = "GET /files/{id}"
CONTENT = "GET /files/{id}/content"
NEW = "POST /files/content"
VERSION = "POST /files/{id}/content"
SESSION = "POST /files/upload_sessions"
PART = "PUT /files/upload_sessions/{id}"
COMMIT = "POST /files/upload_sessions/{id}/commit"
MKDIR = "POST /folders"
RENAME = "PUT /files/{id}"
REMOVE = "DELETE /files/{id}"
RMDIR = "DELETE /folders/{id}"
ME = "GET /users/me"
USERS = "GET /users"

WAY = [LOOK, LOOK]  # to the folder of a row, which lies two deep
WHOLE = "its size and times, which the client is told before the first byte, come with no look-up"
RNFR = "RNFR describes the file it has found, as STAT would"


class Ftp:
    name = "FTP"

    def __init__(self, lab):
        self.ftp = clients.connect_ftp(lab)
        self.ftp.voidcmd("TYPE I")

    def list(self, folder):
        lines = []
        self.ftp.retrlines("MLSD " + folder, lines.append)
        return len(lines)

    def stat(self, path):
        self.ftp.size(path)

    def get(self, path):
        self.ftp.retrbinary("RETR " + path, lambda data: None)

    def put(self, path, source):
        with open(source, "rb") as file:
            self.ftp.storbinary("STOR " + path, file)

    def mkdir(self, path):
        self.ftp.mkd(path)

    def remove(self, path):
        self.ftp.delete(path)

    def rmdir(self, path):
        self.ftp.rmd(path)

    def rename(self, old, new):
        self.ftp.rename(old, new)

    def close(self):
        self.ftp.quit()


class Sftp:
    name = "SFTP"

    def __init__(self, lab):
        self.ssh, self.sftp = clients.connect_sftp(lab)

    def list(self, folder):
        return len(self.sftp.listdir_attr(folder))

    def stat(self, path):
        expect_equal(stat_bits.S_ISREG(self.sftp.stat(path).st_mode), True, "a regular file")

    def get(self, path):
        with self.sftp.open(path, "rb") as file:
            file.read()

    def two_ranges(self, path):
        with self.sftp.open(path, "rb", bufsize=0) as file:
            for offset in (3 << 20, 1 << 20):
                file.seek(offset)
                expect_equal(len(file.read(1000)), 1000, "bytes of a range")

    def put(self, path, source):
        with self.sftp.open(path, "wb") as file, open(source, "rb") as content:
            file.set_pipelined(True)
            while piece := content.read(32768):
                file.write(piece)

    def mkdir(self, path):
        self.sftp.mkdir(path)

    def remove(self, path):
        self.sftp.remove(path)

    def rmdir(self, path):
        self.sftp.rmdir(path)

    def rename(self, old, new):
        self.sftp.posix_rename(old, new)

    def close(self):
        self.ssh.close()


class Row:
    """One operation. `work(face, folder)` is what is counted; cold and warm are the calls it takes, least_* the
    minimum (-1: not counted), why_* the reasons for more. `known` is what a warm client has done before: default, list the folder."""

    def __init__(self, name, work, cold, warm, least_cold=None, least_warm=None, why_cold=None, why_warm=None,
                 seeds=("file",), faces=(Ftp, Sftp), known=None, size=10):
        self.name, self.work, self.faces, self.seeds, self.size = name, work, faces, seeds, size
        self.calls = {"cold": cold, "warm": warm}
        self.least = {"cold": len(cold) if least_cold is None else least_cold,
                      "warm": len(warm) if least_warm is None else least_warm}
        self.why = {"cold": why_cold, "warm": why_warm}
        self.known = known or (lambda face, folder: face.list(folder))


def rows(lab):
    small = clients.noise_file(lab.work / "small", 4096)
    large = clients.noise_file(lab.work / "large", 100_000_000)
    parts = [SESSION] + [PART] * 12 + [COMMIT]
    swap = [RENAME, RENAME, REMOVE]
    aside = "the old file steps aside instead of being deleted first, so that a failure can be undone"
    onto = "that a file is in the way is found out by the one call which does the whole work where none is; " + aside
    onto_ftp = RNFR + "; " + onto
    return [
        Row("stat of a path, 3 deep", lambda face, at: face.stat(at + "/file"), WAY + [LOOK, FILE], []),
        Row("list a folder of 5,000", lambda face, at: expect_equal(face.list(at), 5000, "entries"), WAY + [LIST] * 5,
            [LIST] * 5, seeds=5000, known=lambda face, at: face.list(at)),
        Row("download a file", lambda face, at: face.get(at + "/file"), WAY + [LOOK, FILE, CONTENT], [CONTENT],
            least_cold=4, why_cold=WHOLE),
        Row("read two ranges", lambda face, at: face.two_ranges(at + "/file"), WAY + [LOOK, FILE, CONTENT], [CONTENT],
            least_cold=4, why_cold=WHOLE, faces=(Sftp,), size=4 << 20),
        Row("upload a new small file", lambda face, at: face.put(at + "/new", small), WAY + [NEW], [NEW]),
        Row("overwrite a small file", lambda face, at: face.put(at + "/file", small), WAY + [NEW, VERSION], [VERSION]),
        Row("upload 100 MB in parts of 8 MiB", lambda face, at: face.put(at + "/new", large), WAY + parts, parts),
        Row("make a folder", lambda face, at: face.mkdir(at + "/dir"), WAY + [MKDIR], [MKDIR]),
        Row("delete a file", lambda face, at: face.remove(at + "/file"), WAY + [LOOK, REMOVE], [REMOVE]),
        Row("delete a folder", lambda face, at: face.rmdir(at + "/sub"), WAY + [LOOK, RMDIR], [RMDIR], seeds=("sub/",)),
        Row("rename in place", lambda face, at: face.rename(at + "/file", at + "/other"), WAY + [LOOK, RENAME],
            [RENAME], faces=(Sftp,)),
        Row("rename in place (RNFR, RNTO)", lambda face, at: face.rename(at + "/file", at + "/other"),
            WAY + [LOOK, FILE, RENAME], [RENAME], least_cold=4, why_cold=RNFR, faces=(Ftp,)),
        Row("move and rename", lambda face, at: face.rename(at + "/file", at + "/sub/other"),
            WAY + [LOOK, LOOK, RENAME], [RENAME], seeds=("file", "sub/"), faces=(Sftp,)),
        Row("move and rename (RNFR, RNTO)", lambda face, at: face.rename(at + "/file", at + "/sub/other"),
            WAY + [LOOK, FILE, LOOK, RENAME], [RENAME], least_cold=5, why_cold=RNFR, seeds=("file", "sub/"),
            faces=(Ftp,)),
        Row("rename over a file", lambda face, at: face.rename(at + "/file", at + "/old"),
            WAY + [LOOK, RENAME, LOOK] + swap, swap, least_cold=6, least_warm=2, why_cold=onto, why_warm=aside,
            seeds=("file", "old"), faces=(Sftp,)),
        Row("rename over a file (RNFR, RNTO)", lambda face, at: face.rename(at + "/file", at + "/old"),
            WAY + [LOOK, FILE, RENAME, LOOK] + swap, swap, least_cold=6, least_warm=2, why_cold=onto_ftp,
            why_warm=aside, seeds=("file", "old"), faces=(Ftp,)),
        Row("rename x.part over x", lambda face, at: face.rename(at + "/x.part", at + "/x"), [],
            [CONTENT, VERSION, REMOVE], least_cold=-1, least_warm=2, why_warm="the file keeps its id, links and history, so its "
            "content is fetched and stored as its new version", seeds=("x", "x.part")),
    ]


class Counted:
    def __init__(self, lab):
        self.lab = lab
        self.numbers = 0

    def calls(self, work):
        before = len(self.lab.box.journal())
        work()
        ours = [call for call in self.lab.box.journal()[before:] if not (call.is_token or call.is_data)]
        return [call.endpoint for call in ours]

    def folder(self, row):
        """A folder that nobody has looked at."""
        self.numbers += 1
        at = f"economy {self.numbers}/in"
        if isinstance(row.seeds, int):
            self.lab.box.seed("ann", at, row.seeds)
        else:
            for name in row.seeds:
                if name.endswith("/"):
                    self.lab.box.make_folder("ann", f"{at}/{name[:-1]}")
                else:
                    self.lab.box.put("ann", f"{at}/{name}", b"x" * row.size)
        return "/" + at


def login_and_root(counted, table):
    for face in (Ftp, Sftp):
        seen = {}
        if face is Sftp:
            counted.lab.restart_gateway()
        for kind in ("cold", "warm"):
            def work():
                session = face(counted.lab)
                session.list("/")
                session.close()
            seen[kind] = counted.calls(work)
        table.append(("log in and list the root", face.name, "cold", seen["cold"], [USERS, LIST], 2, None))
        table.append(("log in and list the root", face.name, "warm", seen["warm"], [LIST], 1, None))


def space(counted, table):
    ask = lambda: clients.sftp(counted.lab, "df")
    for kind, wanted in (("cold", [ME]), ("warm", [])):
        table.append(("space (df)", "SFTP", kind, counted.calls(ask), wanted, len(wanted), None))


def set_times(counted, table):
    counted.lab.box.put("ann", "times/file", b"x")
    ftp = clients.connect_ftp(counted.lab)
    def ask():
        try:
            ftp.voidcmd("MFMT 20200101000000 /times/file")
        except ftplib.error_perm as refused:
            expect_equal(str(refused)[:3], "502", "the answer to MFMT")
    for kind in ("cold", "warm"):
        table.append(("set a file's time (refused)", "FTP", kind, counted.calls(ask), [], 0, None))
    ftp.quit()


def follow_events(arguments, table):
    """What a change made by others costs, apart from the long poll itself."""
    with Lab(arguments.bin) as lab:
        counted = Counted(lab)
        ftp = clients.connect_ftp(lab)

        def asked(endpoint):
            return sum(call.endpoint == endpoint for call in lab.box.journal())

        def begin():
            wait_until(lambda: asked("OPTIONS /events") == 1, "the gateway listens")

        def change():
            before = asked("GET /events")
            lab.box.put("ann", "dropped", b"x")
            wait_until(lambda: asked("GET /events") > before, "the event is fetched")

        for name, kind, work, wanted in (("begin", "cold", begin, ["GET /events", "OPTIONS /events"]),
                                         ("one change", "warm", change, ["GET /events"])):
            seen = [call for call in counted.calls(work) if call != "GET /subscribe"]
            table.append((f"follow events: {name}", "both", kind, seen, wanted, len(wanted), None))
        ftp.quit()


def count_rows(counted, table):
    sessions = {face: face(counted.lab) for face in (Ftp, Sftp)}
    for row in rows(counted.lab):
        for face in row.faces:
            for kind in ("cold", "warm"):
                if row.least[kind] < 0:
                    continue
                at = counted.folder(row)
                if kind == "warm":
                    row.known(sessions[face], at)
                    for name in row.seeds if not isinstance(row.seeds, int) else ():
                        if name.endswith("/"):
                            sessions[face].list(f"{at}/{name}")
                seen = counted.calls(lambda: row.work(sessions[face], at))
                table.append((row.name, face.name, kind, seen, row.calls[kind], row.least[kind], row.why[kind]))
    for session in sessions.values():
        session.close()


def print_table(table):
    print(f"{'operation':34} {'by':5} {'state':5} {'calls':>5} {'least':>5}  why more")
    for name, face, kind, seen, _, least, why in table:
        reason = why if why and len(seen) > least else ""
        print(f"{name:34} {face:5} {kind:5} {len(seen):5} {least:5}  {reason}")


def faults_of(table):
    for name, face, kind, seen, wanted, least, why in table:
        where = f"{name}, {face}, {kind}"
        if collections.Counter(seen) != collections.Counter(wanted):
            yield f"{where}: the calls were {seen}, not {wanted}"
        elif len(seen) > least and not why:
            yield f"{where}: {len(seen)} calls without a reason for more than {least}"


def every_operation_takes_the_calls_that_it_needs(arguments):
    table = []
    with Lab(arguments.bin, box={"events": "off"}, limits={"cache_ttl": "10m", "box_calls_per_minute": 0,
                                                            "box_uploads_per_minute": 0}) as lab:
        counted = Counted(lab)
        login_and_root(counted, table)
        count_rows(counted, table)
        space(counted, table)
        set_times(counted, table)
    follow_events(arguments, table)
    print_table(table)
    faults = list(faults_of(table))
    if faults:
        raise Failed("\n".join(faults))


if __name__ == "__main__":
    main(every_operation_takes_the_calls_that_it_needs)
