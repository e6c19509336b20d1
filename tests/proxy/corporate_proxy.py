"""boxgate behind a real squid, in a network without any other way out: what goes through, what each failure says, and
that nothing ever goes around it."""

import hashlib
import subprocess
import sys

from world import CLOUD, NEAR, NEAR6, NAMES, World, Failed, expect, told_on_failure, wait_until

from lab import expect_equal, main

LARGE = 60_000_000  # more than Box takes in one request: an upload session with parts


def expect_same(world, name, source):
    stored = world.files() / name
    expect(stored.exists(), f"{name} is not in Box")
    expect_equal(hashlib.sha1(stored.read_bytes()).hexdigest(), hashlib.sha1(source.read_bytes()).hexdigest(),
                 f"SHA-1 of {name}")


def store_a_file(world):
    small = world.noise("small", 5000)
    world.curl("-T", small, path="small")
    expect_same(world, "small", small)


def everything_goes_through_it(arguments):
    with World(arguments.bin) as world, told_on_failure(world):
        world.start_squid()
        world.write_settings()
        direct = subprocess.run(world.inside("office", "curl", "-sS", "--connect-timeout", "3", "--noproxy", "*", "-k",
                                             f"https://{CLOUD}/"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        expect(direct.returncode != 0, "the office has another way to Box")
        code, text = world.check_online()
        expect_equal(code, 0, f"check --online\n{text}\n")
        world.start_gateway()
        small, large = world.noise("small", 5000), world.noise("large", LARGE)
        world.curl("-T", small, path="small")
        world.curl("-T", large, path="large")
        back = world.directory / "work" / "back"
        world.curl("-o", back, path="large")
        expect(back.read_bytes() == large.read_bytes(), "what came back differs")
        expect_same(world, "small", small)
        expect_same(world, "large", large)
        seen = world.journal()
        for call in (("POST /files/content", 201), ("PUT /files/upload_sessions/{id}", 200),
                     ("GET /files/{id}/content", 302)):
            expect(call in seen, f"{call} is not in Box's journal: {sorted(set(seen))}")
        expect(any(endpoint == "GET /download" for endpoint, _ in seen), "no content was fetched")
        a_change_in_box_is_seen(world)
        # squid writes a tunnel's line when the tunnel ends.
        world.gateway.stop()
        wait_until(lambda: all(f"{name}:443" in world.access_log() for name in NAMES), "squid has told of all tunnels")
        for name in NAMES:
            expect(f"CONNECT {name}:443 gw" in world.access_log(), f"no tunnel to {name}:\n{world.access_log()}")


def a_change_in_box_is_seen(world):
    """The events' long poll goes through the proxy, too: the cache alone would keep the old size for ten minutes."""
    session = world.spawn_session()  # the gateway listens while somebody is there
    wait_until(lambda: ("OPTIONS /events", 200) in world.journal(), "the gateway listens to events", 30)

    def size():
        return world.curl("-I", path="seen").split("Content-Length: ")[1].split()[0]

    for content in ("one", "and another"):
        world.box("POST", "/seed", [{"user": "alice@example.com", "path": "/seen", "content": content}])
        wait_until(lambda: size() == str(len(content)), f"the change is seen, which is of {len(content)} bytes", 20)
    expect(any(endpoint == "GET /subscribe" for endpoint, _ in world.journal()), "nothing was polled")
    session.stop()


def a_proxy_is_reached_over_ipv6(arguments):
    with World(arguments.bin) as world, told_on_failure(world):
        world.start_squid()
        world.write_settings(near=f"[{NEAR6}]")
        code, text = world.check_online()
        expect_equal(code, 0, f"check --online\n{text}\n")
        world.start_gateway()
        store_a_file(world)
        world.gateway.stop()
        wait_until(lambda: "upload.box.com:443" in world.access_log(), "squid has told of the tunnel")
        expect("fd77:1::2" in world.access_log() and "10.77.1.2" not in world.access_log(), world.access_log())


def the_environments_proxy_is_used(arguments):
    with World(arguments.bin) as world, told_on_failure(world):
        world.start_squid()
        world.write_settings(environment=True)
        world.start_gateway(f"https_proxy=http://gw:s3cret@{NEAR}:3128", "no_proxy=intern.example")
        store_a_file(world)


def says(world, *words):
    code, text = world.check_online()
    expect_equal(code, 1, f"check --online\n{text}\n")
    for word in words:
        expect(word in text, f"'{word}' is not in:\n{text}")
    expect("s3cret" not in text and "wrong-secret" not in text, f"a password is shown:\n{text}")


def wrong_credentials_are_named(arguments):
    with World(arguments.bin) as world, told_on_failure(world):
        world.start_squid()
        world.write_settings(proxy="")
        says(world, "wants authentication (407)", "set the user and password of box.proxy")
        world.write_settings(proxy="gw:wrong-secret")
        says(world, "wants authentication (407)", "the ones given were not accepted")


def a_forbidden_host_is_named(arguments):
    with World(arguments.bin) as world, told_on_failure(world):
        world.start_squid(rules="acl boxes dstdomain .box.com\nhttp_access deny boxes")
        world.write_settings()
        says(world, "forbids connections to api.box.com:443", "(403)")
    for name, kind in (("upload.box.com", "uploads"), ("dl.boxcloud.com", "downloads")):
        with World(arguments.bin) as world, told_on_failure(world):
            world.start_squid(rules=f"acl content dstdomain {name}\nhttp_access deny content")
            world.write_settings()
            says(world, f"{kind} would fail, https://{name} cannot be reached", f"forbids connections to {name}:443")


def a_proxy_that_is_down_is_named(arguments):
    with World(arguments.bin) as world, told_on_failure(world):
        world.write_settings()
        says(world, f"cannot reach the proxy {NEAR} port 3128: Connection refused")


def a_proxy_that_does_not_answer_is_named(arguments):
    with World(arguments.bin) as world, told_on_failure(world):
        world.spawn("proxy", "silent", sys.executable, "-c",
                    "import socket, signal\n"
                    f"s = socket.create_server(('{NEAR}', 3128)); signal.pause()")
        wait_until(lambda: ":3128" in world.run("proxy", "ss", "-tln"), "the silent proxy listens")
        world.write_settings()
        says(world, f"no tunnel through the proxy {NEAR}", "no answer in time")


def box_that_is_away_behind_the_proxy_is_told_apart(arguments):
    with World(arguments.bin) as world, told_on_failure(world):
        world.start_squid()
        world.write_settings()
        world.run("proxy", "ip", "link", "set", "to-cloud", "down")
        says(world, f"the proxy {NEAR}:3128 could not connect to api.box.com:443")


def inspected_tls_is_named_and_can_be_trusted(arguments):
    with World(arguments.bin) as world, told_on_failure(world):
        world.start_squid(inspecting=True)
        world.write_settings()
        says(world, "TLS verification of api.box.com failed", "Corp TLS Inspection", "box.ca_file")
        world.write_settings(ca=world.inspector_ca)
        code, text = world.check_online()
        expect_equal(code, 0, f"check --online with the proxy's authority\n{text}\n")
        world.start_gateway()
        store_a_file(world)


def a_proxy_killed_in_mid_part_is_never_gone_around(arguments):
    with World(arguments.bin) as world, told_on_failure(world):
        world.open_a_way_around()
        direct = world.run("office", "curl", "-sS", "-k", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}",
                           "https://api.box.com/2.0/users/me")
        expect_equal(direct, "401", "the way around the proxy, as it is meant to be open now")
        world.watch_the_way_around()
        world.start_squid()
        world.write_settings()
        world.start_gateway()
        world.curl("-l")
        large = world.noise("large", LARGE)
        world.box("POST", "/faults", {"match": "PUT /files/upload_sessions/{id}", "count": -1, "freeze": True})
        upload = world.spawn_curl("-T", str(large), path="large")
        wait_until(lambda: ("POST /files/upload_sessions", 201) in world.journal(), "the upload session is open", 60)
        wait_until(lambda: "ESTAB" in world.run("cloud", "ss", "-Htn", "sport", "=", ":443"), "parts are on their way")
        world.stop_squid()
        world.box("DELETE", "/faults")
        wait_until(lambda: f":443" not in world.run("cloud", "ss", "-Htn", "state", "established"),
                   "the tunnels are gone", 60)
        before = len(world.journal())
        world.start_squid()
        wait_until(lambda: not upload.running(), "the upload has ended", 180)
        code = upload.stop()
        if code == 0:
            expect_same(world, "large", large)
        else:
            expect(not (world.files() / "large").exists(), f"curl ended with {code}, but the file was stored")
        expect_equal(world.packets_on_the_way_around(), 0, "packets that went around the proxy")
        return f"{'retried' if code == 0 else 'failed'}; {len(world.journal()) - before} calls after the proxy came back"


if __name__ == "__main__":
    main(everything_goes_through_it, a_proxy_is_reached_over_ipv6, the_environments_proxy_is_used, wrong_credentials_are_named,
         a_forbidden_host_is_named, a_proxy_that_is_down_is_named, a_proxy_that_does_not_answer_is_named,
         box_that_is_away_behind_the_proxy_is_told_apart, inspected_tls_is_named_and_can_be_trusted,
         a_proxy_killed_in_mid_part_is_never_gone_around)
