"""What operators see: a log line for everything, without a secret, metrics, health pages, and the answers of check."""

import contextlib
import ftplib
import hashlib
import io
import json
import re
import socket
import threading
import time
import urllib.error
import urllib.request

import paramiko

import clients
from credentials import changed, config_of, split_fields
from lab import PASSWORD, Lab, expect, expect_equal, main, wait_until
from reload import open_sftp


def with_monitoring(lab):
    gateway = json.loads((lab.directory / "gateway.yaml").read_text())
    gateway["monitoring"] = {"listen": "0"}  # any port of 127.0.0.1
    (lab.directory / "gateway.yaml").write_text(json.dumps(gateway))
    lab.start_gateway()
    return json.loads((lab.directory / "gateway.json").read_text())["monitoring"][0]


def page(port, path):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def every_operation_is_one_line_without_a_secret(arguments):
    with Lab(arguments.bin, users={"ann": {}, "viewer": {"box_user": "alice@example.com", "permissions": ["list"]}}) as lab:
        ftp = clients.connect_ftp(lab)
        ftp.storbinary("STOR report.txt", io.BytesIO(b"x" * 5000))
        ftp.retrbinary("RETR report.txt", lambda _: None)
        ftp.mkd("folder")
        ftp.rename("report.txt", "renamed.txt")
        ftp.delete("renamed.txt")
        ftp.rmd("folder")
        ftp.quit()
        with open_sftp(lab) as client:
            files = client.open_sftp()
            files.putfo(io.BytesIO(b"y" * 7000), "by-sftp")
            files.listdir("/")
        for user, password in (("ann", "a wrong secret"), ("nobody", "another wrong secret")):
            try:
                clients.connect_ftp(lab, login=user, password=password)
            except ftplib.error_perm:
                pass
        viewer = clients.connect_ftp(lab, login="viewer")
        try:
            viewer.storbinary("STOR forbidden", io.BytesIO(b"z"))
            raise AssertionError("stored without permission")
        except ftplib.error_perm:
            pass
        viewer.quit()
        ftp = clients.connect_ftp(lab)
        ftp.sendcmd("ALLO 9000")
        try:
            ftp.storbinary("STOR half", io.BytesIO(b"h" * 4000))
            raise AssertionError("stored less than announced")
        except ftplib.error_temp:
            pass
        ftp.quit()
        clients.sftp(lab, "copy by-sftp copied")
        expect_equal(lab.stop_gateway(), 0, "exit code")

        def one(event, **fields):
            found = [line for line in lab.log_events(event) if all(line.get(k) == v for k, v in fields.items())]
            expect_equal(len(found), 1, f"lines {event} with {fields}")
            return found[0]

        stored = one("upload", path="/report.txt", outcome="ok", bytes=5000, login="ann", protocol="ftp",
                     peer="127.0.0.1")
        for field in ("session", "ms", "box_id", "box_request_id"):
            expect(field in stored, f"{field} is missing in {stored}")
        expect_equal(stored["sha1"], hashlib.sha1(b"x" * 5000).hexdigest(), "the SHA-1 of what was stored")
        one("download", path="/report.txt", outcome="ok", bytes=5000, login="ann")
        one("mkdir", path="/folder", outcome="ok")
        one("rename", path="/report.txt", to="/renamed.txt", outcome="ok")
        one("delete", path="/renamed.txt", outcome="ok")
        one("rmdir", path="/folder", outcome="ok")
        one("upload", path="/by-sftp", outcome="ok", bytes=7000, protocol="sftp")
        one("upload", path="/forbidden", outcome="denied", login="viewer")
        one("upload", path="/half", outcome="aborted", bytes=4000, reason="ALLO announced 9000 bytes and 4000 came")
        # Box copies; the upload that it would have been otherwise has not failed.
        one("copy", path="/by-sftp", to="/copied", outcome="ok")
        expect_equal([line for line in lab.log_events("upload") if line["path"] == "/copied"], [], "uploads of the copy")
        # What a person reads of the file: one line for each thing that was done to it.
        told = [line["event"] for line in lab.log_events() if line.get("path") == "/report.txt" and line["level"] != "debug"]
        expect_equal(told, ["upload", "download", "rename"], "events of the file above debug")
        log = lab.gateway.log()
        app = config_of(lab)["boxAppSettings"]
        secrets = [PASSWORD, "wrong secret", lab.password_hash, app["clientSecret"], app["appAuth"]["passphrase"],
                   app["appAuth"]["privateKey"].splitlines()[2], "Bearer ", "assertion=", "PRIVATE KEY"]
        for secret in secrets:
            expect(secret not in log, f"'{secret}' is in the log")
        expect(not re.search(r"[?&](token|access_token)=", log), "an address with a token is in the log")


def pages_tell_health_and_numbers(arguments):
    with Lab(arguments.bin, start=False) as lab:
        port = with_monitoring(lab)
        expect_equal(page(port, "/healthz"), (200, "ok\n"), "/healthz")
        expect_equal(page(port, "/readyz"), (200, "ok\n"), "/readyz")
        expect_equal(page(port, "/other")[0], 404, "an unknown page")
        ftp = clients.connect_ftp(lab)
        ftp.storbinary("STOR counted", io.BytesIO(b"x" * 5000))
        try:
            clients.connect_ftp(lab, password="wrong")
        except ftplib.error_perm:
            pass
        # Who was refused goes in a moment.
        wait_until(lambda: 'boxgate_in_use{thing="sessions"} 1' in page(port, "/metrics")[1], "one session is left")
        status, text = page(port, "/metrics")
        expect_equal(status, 200, "/metrics")
        for line in ('boxgate_operations_total{outcome="ok",protocol="ftp",verb="upload"} 1',
                     'boxgate_transferred_bytes_total{protocol="ftp",verb="upload"} 5000',
                     'boxgate_credentials_total{method="password",outcome="refused"} 1',
                     'boxgate_box_calls_total{endpoint="POST /api/2.0/files/content",status="201"} 1',
                     'boxgate_in_use{thing="sessions"} 1'):
            expect(line in text, f"{line} is not in\n{text}")
        done = lab.run([lab.program("boxgate"), "health", "--config", lab.directory / "gateway.yaml"], check=False)
        expect_equal(done.returncode, 1, "boxgate health cannot know a port that the kernel chose")
        gateway = json.loads((lab.directory / "gateway.yaml").read_text())
        gateway["monitoring"] = {"listen": str(port)}
        (lab.directory / "known.yaml").write_text(json.dumps(gateway))
        for words in ([], ["--ready"]):
            done = lab.run([lab.program("boxgate"), "health", "--config", lab.directory / "known.yaml", *words])
            expect_equal(done.stdout, "ok\n", "boxgate health " + " ".join(words))
        ftp.quit()


def close(file):
    with contextlib.suppress(EOFError, OSError, paramiko.SSHException):
        file.close()


def what_box_stores_for_nobody_is_told_too(arguments):
    """The client leaves while Box takes the file in: the upload has failed for it, and yet the file is there."""
    with Lab(arguments.bin) as lab, lab.box.delayed_stores(3):
        with open_sftp(lab) as client:
            file = client.open_sftp().open("orphan", "w")
            file.write(b"x" * 5000)
            threading.Thread(target=close, args=(file,), daemon=True).start()
            time.sleep(1)  # past the point of no return, long before Box's answer
        (stored,) = wait_until(lambda: lab.log_events("stored"), "the file is stored")
        expect_equal((stored["level"], stored["path"]), ("info", "/orphan"), "the line of the stored file")
        (upload,) = lab.log_events("upload")
        expect_equal(upload["outcome"], "aborted", "the upload's outcome")


def waits_and_what_the_cache_knew_are_counted(arguments):
    with Lab(arguments.bin, start=False) as lab:
        port = with_monitoring(lab)
        lab.box.put("ann", "folder/file", b"content")
        ftp = clients.connect_ftp(lab)

        def number(line):
            found = re.search(re.escape(line) + r" (\S+)", page(port, "/metrics")[1])
            return float(found[1]) if found else 0.0

        hit, miss = ('boxgate_path_lookups_total{outcome="%s"}' % outcome for outcome in ("hit", "miss"))
        hits = number(hit)
        ftp.sendcmd("MLST folder/file")
        misses = number(miss)
        expect(misses >= 2, f"{misses} misses of two names that are new")
        ftp.sendcmd("MLST folder/file")
        expect(number(hit) >= hits + 2, f"{number(hit) - hits} hits of two names that are known")
        expect_equal(number(miss), misses, "misses of names that are known")

        retries, limits = ('boxgate_wait_seconds_%%s{reason="%s"}' % reason for reason in ("box_retry", "box_limit"))
        expect_equal((number(retries % "count"), number(limits % "count")), (0, 0), "waits where all went on at once")
        with lab.box.faults({"match": "*", "status": 502, "count": 1}):
            ftp.retrlines("LIST", lambda _: None)
        expect_equal(number(retries % "count"), 1, "waits before a repeated call")
        with lab.box.faults({"match": "*", "status": 429, "count": 1, "headers": {"Retry-After": "1"}}):
            ftp.retrlines("LIST", lambda _: None)
        expect(number(limits % "sum") >= 0.5, f"Box wanted a second's silence, and {number(limits % 'sum')} s are counted")
        ftp.quit()


def readiness_follows_box_and_the_drain(arguments):
    with Lab(arguments.bin, start=False, users={"ann": {"box_user": None}}) as lab:
        port = None
        with lab.box.faults({"match": "POST /oauth2/token", "status": 400,
                             "body": '{"error":"unauthorized_client","error_description":"This app is not authorized by the enterprise"}'}):
            port = with_monitoring(lab)
            status, text = page(port, "/readyz")
            expect_equal(status, 503, "/readyz while Box refuses the app")
            expect("not authorized by the enterprise" in text, f"the reason is not told: {text}")
        expect_equal(page(port, "/healthz")[0], 200, "/healthz meanwhile")
        expect("users_fault" not in lab.gateway.log(), "faults")


def check_online(lab, ann, *words, code=1):
    lab.write_settings({"ann": ann}, {}, {}, {})
    done = lab.run([lab.program("boxgate"), "check", "--online", "--config", lab.directory / "gateway.yaml"], check=False)
    expect_equal(done.returncode, code, f"exit code\n{done.stdout}\n")
    for word in words:
        expect(word in done.stdout, f"'{word}' is not in:\n{done.stdout}")
    expect(not any(call.endpoint == "POST /folders" for call in lab.box.journal()), "a folder was made")
    return done.stdout


def check_online_tells_what_is_wrong(arguments):
    with Lab(arguments.bin, start=False) as lab:
        check_online(lab, {}, "alice@example.com", "read,write", "all users would get in", code=0)
        check_online(lab, {"root": "/new", "create_root": True}, "/new (to be made)", code=0)
        check_online(lab, {"root": "/none"}, "the root folder of this account, /none, does not exist")
        apps = {name: lab.box.jwt_config.with_name(f"jwt_config_{name}.json") for name in ("unauthorised", "no_as_user")}
        check_online(lab, {"jwt_config": str(apps["unauthorised"])}, "not authorized by the enterprise",
                     "have the Box admin authorise the app")
        check_online(lab, {"jwt_config": str(apps["no_as_user"])}, 'as-user header')
        check_online(lab, {"box_user": "gone@example.com"}, "is inactive")
        check_online(lab, {"box_user": "nobody@example.com"}, "no user of this Box enterprise has the login nobody@example.com")
        fields = split_fields(config_of(lab))
        check_online(lab, fields | {"enterprise_id": "99999"}, "enterprise_id is not the enterprise that the app belongs to")
        check_online(lab, fields | {"client_secret": "wrong"}, "check client_id and client_secret")
        check_online(lab, fields | {"public_key_id": "nokey"}, "ann: ")
        wrong = changed(config_of(lab), ["boxAppSettings", "appAuth", "passphrase"], "not the passphrase")
        check_online(lab, {"jwt_config": json.dumps(wrong)}, "passphrase", code=2)
        lab.box.ask("POST", "/settings", {"clock_offset": 300})
        check_online(lab, {}, "the clock of this machine is off by -", code=0)


def check_warns_of_what_works_but_should_not_stay(arguments):
    with Lab(arguments.bin, start=False) as lab:
        weak = "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
        lab.write_settings({"ann": {"password": weak}}, {"listen": "8.8.8.8:2121", "passive_address": "10.0.0.1"}, {}, {})
        (lab.directory / "users.yaml").chmod(0o644)
        code, text = lab.check()
        expect_equal(code, 0, "exit code of check")
        for word in ("sha512crypt", "can be read by everybody", "ftp.passive_address"):
            expect(f"warning: " in text and word in text, f"{word} is not in:\n{text}")
        (lab.directory / "users.yaml").chmod(0o600)
        expect("users.yaml holds secrets" not in lab.check()[1], "warned of a file that only its owner reads")


def check_refuses_what_serve_refuses(arguments):
    with Lab(arguments.bin, start=False) as lab:
        no_key = lab.directory / "no_key"
        no_key.write_text("no key\n")
        for ftp, sftp, words in (({"listen": "0.0.0.0:2121", "passive_address": "127.0.0.1"}, {}, "loopback"),
                                 ({}, {"host_keys": [str(no_key)]}, "not a private key"),
                                 ({}, {"host_keys": []}, "is an empty list"),
                                 ({"listen": []}, {}, "is an empty list"),
                                 ({"listen": ["0.0.0.0:2121", "127.0.0.1:2121"]}, {}, "are one")):
            lab.write_settings({"ann": {}}, ftp, sftp, {})
            for command in (["check"], ["serve"]):
                done = lab.run([lab.program("boxgate"), *command, "--config", lab.directory / "gateway.yaml"], check=False)
                expect(done.returncode in (1, 2) and words in done.stdout, f"{command}: {words} is not in:\n{done.stdout}")
                expect(command == ["serve"] or done.returncode == 2, f"exit code {done.returncode}")


def health_does_not_wait_for_ever(arguments):
    with Lab(arguments.bin, start=False) as lab, socket.create_server(("127.0.0.1", 0)) as silent:
        gateway = json.loads((lab.directory / "gateway.yaml").read_text())
        gateway["monitoring"] = {"listen": silent.getsockname()[1]}
        (lab.directory / "gateway.yaml").write_text(json.dumps(gateway))
        done = lab.run([lab.program("boxgate"), "health", "--config", lab.directory / "gateway.yaml"], check=False)
        expect_equal(done.returncode, 1, "exit code of health")
        expect("no answer in time" in done.stdout, done.stdout)


def user_add_prints_lines_that_work(arguments):
    with Lab(arguments.bin) as lab:
        done = lab.run([lab.program("boxgate"), "user", "add", "it's me", "--box-user", "bob@example.com", "--box-app",
                        "main"], input=b"top secret\n")
        lines = done.stdout[done.stdout.index("  'it"):]
        (lab.directory / "users.yaml").write_text(
            f"box_apps:\n  main: {{jwt_config: {lab.box.jwt_config}}}\nusers:\n{lines}")
        code, text = lab.check()
        expect_equal(code, 0, f"exit code of check\n{text}")
        lab.restart_gateway()
        clients.connect_ftp(lab, login="it's me", password="top secret").quit()


if __name__ == "__main__":
    main(every_operation_is_one_line_without_a_secret, what_box_stores_for_nobody_is_told_too,
         pages_tell_health_and_numbers, waits_and_what_the_cache_knew_are_counted,
         readiness_follows_box_and_the_drain, check_online_tells_what_is_wrong,
         check_warns_of_what_works_but_should_not_stay, check_refuses_what_serve_refuses, health_does_not_wait_for_ever,
         user_add_prints_lines_that_work)
