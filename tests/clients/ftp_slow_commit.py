"""Box takes long to take a file in: clients wait and end in success, and where it fails in the end they say so."""

import time

import clients
from ftp_programs import PROGRAMS
from lab import Failed, Lab, expect, expect_equal, main

WAITING = ("curl", "lftp", "ncftp", "ftplib", "basic-ftp", "tnftp")


def failing(seconds):
    body = '{"type":"error","status":403,"code":"access_denied_insufficient_permissions","message":"no"}'
    return {"match": "POST /files*content", "delay_ms": int(seconds * 1000), "status": 403, "body": body}


def succeeds(name):
    def run(lab, arguments):
        with lab.box.delayed_stores(arguments.seconds):
            PROGRAMS[name](lab, "plain").put(lab.work / "source", f"slow {name}")
        expect_equal(clients.sha1(lab.box.files("ann") / f"slow {name}"), clients.sha1(lab.work / "source"),
                     "what Box has")
    run.__name__ = f"{name}_succeeds".replace("-", "_")
    return run


def fails(name):
    def run(lab, arguments):
        with lab.box.faults(failing(arguments.seconds)):
            try:
                PROGRAMS[name](lab, "plain").put(lab.work / "source", f"failed {name}")
            except Failed:
                pass
            except Exception as error:  # of Python's own clients
                expect(not isinstance(error, AssertionError), str(error))
            else:
                raise Failed("the client took it for success")
        expect(not (lab.box.files("ann") / f"failed {name}").exists(), "Box has the file")
    run.__name__ = f"{name}_reports_the_failure".replace("-", "_")
    return run


def the_control_connection_is_never_silent_for_long(lab, arguments):
    """Not longer than the setting and a little."""
    import socket
    line = clients.Line(lab, "ann", timeout=arguments.seconds + 30)
    port = int(line.ask("EPSV").split("|||")[1].split("|")[0])
    with lab.box.delayed_stores(arguments.seconds):
        data = socket.create_connection(("127.0.0.1", port), 30)
        line.send(b"STOR silent\r\n")
        expect(line.line().startswith("150"), "no 150")
        data.sendall(b"x" * 1000)
        data.close()
        longest, last, said = 0.0, time.monotonic(), ""
        while not said.startswith("226 "):
            said = line.line()
            expect(said.startswith("226"), said)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
    line.close()
    expect(longest < arguments.keepalive + 2, f"silent for {longest:.1f} s")
    return f"silent for at most {longest:.1f} s"


def options(parser):
    parser.add_argument("--seconds", type=float, default=3, help="how long a commit takes")
    parser.add_argument("--keepalive", type=float, default=1, help="ftp.commit_keepalive in seconds")


def shared(arguments):
    lab = Lab(arguments.bin, ftp={"commit_keepalive": f"{int(arguments.keepalive * 1000)}ms"})
    clients.noise_file(lab.work / "source", 100_000)
    return lab


if __name__ == "__main__":
    main(the_control_connection_is_never_silent_for_long, *(succeeds(name) for name in WAITING),
         *(fails(name) for name in WAITING), options=options, shared=shared)
