"""The users' files are rewritten while people work: nobody notices but those who were removed."""

import concurrent.futures
import ftplib
import io
import json
import os
import signal
import ssl
import threading
import time

import paramiko

import clients
from lab import PASSWORD, Lab, expect, expect_equal, main, wait_until

FTP_SESSIONS = 40
SFTP_SESSIONS = 10
REWRITES = 100


class Tail:
    """Counts events in the gateway's log without reading it anew each time."""

    def __init__(self, lab):
        self._file = open(lab.gateway.log_path, "rb")
        self.events = {}

    def count(self, *names):
        for line in self._file:
            try:
                name = json.loads(line)["event"]
            except ValueError:
                continue
            self.events[name] = self.events.get(name, 0) + 1
        return sum(self.events.get(name, 0) for name in names)


def table(lab):
    return json.loads((lab.directory / "users.yaml").read_text())


def write(lab, text):
    """In one go, as editors and configuration management do."""
    partial = lab.directory / ".users.yaml.new"
    partial.write_text(text)
    partial.rename(lab.directory / "users.yaml")


def broken(good, turn):
    """A users file with one fault or another."""
    return [good[:len(good) // 2], good.replace('"$y$', '"plain$'), good.replace("jwt_config", "jwt_confg"),
            good.replace(".json", ".missing"), "users: [1, 2"][turn % 5]


def work_ftp(lab, number, over):
    ftp = clients.connect_ftp(lab, timeout=120)
    rounds = 0
    while not over.is_set() or rounds == 0:
        content = os.urandom(20_000 + number)
        ftp.storbinary(f"STOR ftp-{number}", io.BytesIO(content))
        got = io.BytesIO()
        ftp.retrbinary(f"RETR ftp-{number}", got.write)
        expect(got.getvalue() == content, f"FTP session {number}: what came back differs")
        rounds += 1
    ftp.quit()
    return rounds


def open_sftp(lab, login="ann"):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect("127.0.0.1", lab.sftp_port, login, PASSWORD, allow_agent=False, look_for_keys=False, timeout=120,
                   banner_timeout=120, auth_timeout=120)
    return client


def work_sftp(lab, number, over):
    with open_sftp(lab) as client:
        files = client.open_sftp()
        rounds = 0
        while not over.is_set() or rounds == 0:
            content = os.urandom(20_000 + number)
            files.putfo(io.BytesIO(content), f"sftp-{number}")
            got = io.BytesIO()
            files.getfo(f"sftp-{number}", got)
            expect(got.getvalue() == content, f"SFTP session {number}: what came back differs")
            rounds += 1
    return rounds


def fifty_sessions_work_while_the_table_is_rewritten_100_times(arguments):
    # The pace that Box allows is another test's affair.
    limits = {"box_calls_per_minute": 0, "box_uploads_per_minute": 0}
    with Lab(arguments.bin, users={"ann": {}, "bob": {}}, limits=limits) as lab:
        tail = Tail(lab)
        over = threading.Event()
        good = (lab.directory / "users.yaml").read_text()
        with concurrent.futures.ThreadPoolExecutor(FTP_SESSIONS + SFTP_SESSIONS) as pool:
            sessions = [pool.submit(work_ftp, lab, number, over) for number in range(FTP_SESSIONS)]
            sessions += [pool.submit(work_sftp, lab, number, over) for number in range(SFTP_SESSIONS)]
            try:
                wait_until(lambda: tail.count("login") >= FTP_SESSIONS + SFTP_SESSIONS or any(s.done() for s in sessions),
                           "everybody is logged in", seconds=120)
                for turn in range(REWRITES):
                    before = tail.count("users_reloaded", "users_kept")
                    if turn % 3 == 2:
                        write(lab, broken(good, turn))
                    else:
                        users = json.loads(good)
                        users["users"][f"guest{turn}"] = users["users"]["bob"]
                        write(lab, json.dumps(users))
                    wait_until(lambda: tail.count("users_reloaded", "users_kept") > before, "the file was read")
            finally:
                over.set()
            rounds = [session.result(120) for session in sessions]
        kept, taken = tail.events["users_kept"], tail.events["users_reloaded"]
        expect_equal(kept, 33, "tables that were refused")
        expect_equal(taken, 67, "tables that were taken over")
        expect(all(event["line"] >= 1 and event["text"] for event in lab.log_events("users_fault")), "no line")
        last = [turn for turn in range(REWRITES) if turn % 3 != 2][-1]
        clients.connect_ftp(lab, login=f"guest{last}").quit()
        clients.connect_ftp(lab, login="ann").quit()
        return f"{sum(rounds)} files stored and fetched meanwhile"


def who_is_removed_is_cut_off_and_who_is_new_gets_in(arguments):
    with Lab(arguments.bin, users={"ann": {}, "bob": {}}) as lab:
        ann, bob = clients.connect_ftp(lab), clients.connect_ftp(lab, login="bob")
        with open_sftp(lab, "bob") as bob_over_ssh:
            files = bob_over_ssh.open_sftp()
            files.listdir("/")
            users = table(lab)
            users["users"]["carl"] = users["users"].pop("bob")
            write(lab, json.dumps(users))
            wait_until(lambda: lab.log_events("users_reloaded"), "the table was read again")
            try:
                answer = bob.sendcmd("NOOP")
                raise AssertionError(f"bob was answered {answer}")
            except (EOFError, ConnectionError, ftplib.error_temp):
                pass
            wait_until(lambda: not bob_over_ssh.get_transport().is_active(), "bob's SSH connection is closed")
        ann.voidcmd("NOOP")
        clients.connect_ftp(lab, login="carl").quit()
        try:
            clients.connect_ftp(lab, login="bob")
            raise AssertionError("bob still gets in")
        except ftplib.error_perm:
            pass
        ann.quit()


def new_credentials_of_an_app_count_from_the_next_login_on(arguments):
    """The ids stay, the secret is wrong and then right again: whoever logs in gets what the file says now."""
    with Lab(arguments.bin) as lab:
        clients.connect_ftp(lab).quit()
        config = lab.box.jwt_config.read_text()
        copy = lab.directory / "app.json"
        copy.write_text(config)
        users = table(lab)
        users["users"]["ann"]["jwt_config"] = str(copy)
        write(lab, json.dumps(users))
        wait_until(lambda: lab.log_events("users_reloaded"), "the table was read again")
        broken_app = json.loads(config)
        broken_app["boxAppSettings"]["clientSecret"] = "wrong"
        copy.write_text(json.dumps(broken_app))  # in place, and users.yaml itself is not touched
        wait_until(lambda: len(lab.log_events("users_reloaded")) > 1, "the app's file was read again")
        try:
            clients.connect_ftp(lab)
            raise AssertionError("logged in with a token of the old secret")
        except (ftplib.error_perm, ftplib.error_temp, EOFError):
            pass
        copy.write_text(config)
        wait_until(lambda: len(lab.log_events("users_reloaded")) > 2, "the app's file was read again")
        clients.connect_ftp(lab).quit()


def a_config_map_is_followed_and_a_hangup_obeyed(arguments):
    """Kubernetes exchanges one symbolic link for all files; SIGHUP reads them whatever has happened."""
    with Lab(arguments.bin, start=False) as lab:
        mount = lab.directory / "mount"
        for version in ("..1", "..2"):
            (mount / version).mkdir(parents=True)
        users = table(lab)
        (mount / "..1" / "users.yaml").write_text(json.dumps(users))
        users["users"]["new"] = users["users"]["ann"]
        (mount / "..2" / "users.yaml").write_text(json.dumps(users))
        (mount / "..data").symlink_to("..1")
        (mount / "users.yaml").symlink_to("..data/users.yaml")
        gateway = json.loads((lab.directory / "gateway.yaml").read_text())
        gateway["users"] = "mount"  # a folder: each *.yaml in it
        (lab.directory / "gateway.yaml").write_text(json.dumps(gateway))
        lab.start_gateway()
        clients.connect_ftp(lab).quit()
        (mount / "..next").symlink_to("..2")
        (mount / "..next").rename(mount / "..data")
        wait_until(lambda: lab.log_events("users_reloaded"), "the link was followed")
        clients.connect_ftp(lab, login="new").quit()
        os.kill(lab.gateway.pid, 1)
        wait_until(lambda: len(lab.log_events("users_reloaded")) > 1, "the hangup was obeyed")


def a_hangup_takes_the_certificate_that_lies_there(arguments):
    """Over it lies another with the same time, as some ways of copying leave it: the watch cannot know."""
    with Lab(arguments.bin) as lab:
        def shown():
            return ssl.get_server_certificate(("127.0.0.1", lab.ftps_port)).strip()

        at_work = clients.connect_ftp(lab, tls=True)
        before = shown()
        files = [lab.certificate, lab.directory / "ftp.key"]
        times = [(file.stat().st_atime_ns, file.stat().st_mtime_ns) for file in files]
        lab.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                 "-subj", "/CN=localhost", "-keyout", lab.work / "key", "-out", lab.work / "certificate"])
        for new, file, time_of in zip(("certificate", "key"), files, times):
            os.utime(lab.work / new, ns=time_of)
            (lab.work / new).rename(file)
        time.sleep(1.2)  # the watch looks once a second
        expect_equal(shown(), before, "the certificate before the hangup")
        os.kill(lab.gateway.pid, signal.SIGHUP)
        wait_until(lambda: lab.log_events("certificate_loaded"), "the certificate was loaded")
        expect_equal(shown(), lab.certificate.read_text().strip(), "the certificate after the hangup")
        at_work.voidcmd("NOOP")
        at_work.quit()


if __name__ == "__main__":
    main(who_is_removed_is_cut_off_and_who_is_new_gets_in, new_credentials_of_an_app_count_from_the_next_login_on,
         a_config_map_is_followed_and_a_hangup_obeyed, a_hangup_takes_the_certificate_that_lies_there,
         fifty_sessions_work_while_the_table_is_rewritten_100_times)
