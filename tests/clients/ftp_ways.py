"""A large file moves in every way that a data connection can come to be: active and passive, IPv4 and IPv6, each in the
clear, with explicit and with implicit TLS. Passive by curl, active by lftp: Debian 12's curl cannot do active with TLS."""

import itertools

import clients
from lab import PASSWORD, Lab, expect, expect_equal, main


def by_curl(lab, host, port, tls):
    words = ["curl", "-sS", "--max-time", "600", "--cacert", lab.certificate, "-u", f"ann:{PASSWORD}"]
    words += ["--ssl-reqd"] if tls == "explicit" else []
    url = f"{'ftps' if tls == 'implicit' else 'ftp'}://{host}:{port}/moved"
    lab.run([*words, "-T", lab.work / "source", url], seconds=620)
    yield
    lab.run([*words, "-o", lab.work / "back", url], seconds=620)
    yield


def by_lftp(lab, host, port, tls):
    for script in ("put source -o moved", "get moved -o back"):
        command = clients.lftp_command(lab, f"set ftp:passive-mode false; {script}", "ftps" if tls == "explicit" else "ftp")
        command[-1] = f"{'ftps' if tls == 'implicit' else 'ftp'}://{host}:{port}"
        lab.run(command, seconds=620)
        yield


def move(lab, active, v6, tls):
    host = "[::1]" if v6 else "127.0.0.1"
    port = {(False, False): lab.ftp_port, (True, False): lab.ftp_port_v6, (False, True): lab.ftps_port,
            (True, True): lab.ftps_port_v6}[v6, tls == "implicit"]
    back = lab.work / "back"
    steps = (by_lftp if active else by_curl)(lab, host, port, tls)
    next(steps)
    expect_equal(clients.sha1(lab.box.files("ann") / "moved"), lab.digest, "what Box has")
    next(steps)
    expect_equal(clients.sha1(back), lab.digest, "what came back")
    back.unlink()
    prepared = {event["verb"] for event in lab.log_events("command")} & {"PASV", "EPSV", "PORT", "EPRT"}
    expect(prepared & ({"PORT", "EPRT"} if active else {"PASV", "EPSV"}), f"the client has used {prepared}")


def case(active, v6, tls):
    def run(lab, _):
        move(lab, active, v6, tls)
    run.__name__ = f"{'active' if active else 'passive'}_{'ipv6' if v6 else 'ipv4'}_{tls}"
    return run


def shared(arguments):
    lab = Lab(arguments.bin, ftp={"listen": ["127.0.0.1:0", "[::1]:0"], "tls": {
        "mode": "allowed", "certificate": "ftp.pem", "private_key": "ftp.key",
        "implicit_listen": ["127.0.0.1:0", "[::1]:0"]}})
    lab.digest = clients.sha1(clients.noise_file(lab.work / "source", arguments.mib << 20))
    return lab


if __name__ == "__main__":
    main(*(case(*way) for way in itertools.product((False, True), (False, True), ("clear", "explicit", "implicit"))),
         options=lambda parser: parser.add_argument("--mib", type=int, default=20), shared=shared)
