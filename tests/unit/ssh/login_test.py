#!/usr/bin/env python3
"""Who comes in, by which keys and passwords, and to what: login_test.py PROGRAM [word in a test's name]"""
import filecmp
import os
import shutil
import subprocess
import sys

from lab import PASSWORD, Server, random_file, run_tests


def test_each_kind_of_user_key(server, work):
    for kind in ("ed25519", "ecdsa", "rsa"):
        code, out, err = server.sftp("pwd\n", key=kind)
        assert code == 0 and "Remote working directory: /" in out, (kind, out, err)


def test_an_unknown_key_and_an_unknown_login_are_refused(server, work):
    for key, user in (("unknown", "demo"), ("ed25519", "nobody")):
        code, out, err = server.sftp("pwd\n", key=key, user=user)
        methods = err[err.index("(") + 1:err.index(")")].split(",") if "Permission denied (" in err else []
        assert code == 255 and sorted(methods) == ["keyboard-interactive", "password", "publickey"], err


def test_passwords(server, work):
    base = ["sftp", "-P", server.port, "-F/dev/null", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null",
            "-oPubkeyAuthentication=no", "-oLogLevel=ERROR", "-oNumberOfPasswordPrompts=9", "-b", "/dev/null"]
    # A batch file turns prompts off; this turns them on again.
    base.insert(1, "-oBatchMode=no")
    code, out, err = server.with_password(base + ["demo@127.0.0.1"], PASSWORD)
    assert code == 0, err
    for user, password in (("demo", "wrong"), ("nobody", PASSWORD)):
        code, out, err = server.with_password(base + [user + "@127.0.0.1"], password)
        assert code == 255 and "too many failed attempts" in err, (code, err)


def test_keyboard_interactive(server, work):
    import paramiko

    def log_in(user, answers):
        transport = paramiko.Transport(("127.0.0.1", int(server.port)))
        try:
            transport.start_client()
            asked = []
            transport.auth_interactive(user, lambda title, text, prompts: asked.append(prompts) or answers)
            assert asked == [[("Password: ", False)]], asked
            return paramiko.SFTPClient.from_transport(transport).listdir("/") is not None
        except paramiko.AuthenticationException:
            return False
        finally:
            transport.close()

    assert log_in("demo", [PASSWORD])
    for user, answers in (("demo", ["wrong"]), ("demo", []), ("demo", [PASSWORD, PASSWORD]), ("nobody", [PASSWORD]),
                          ("both", [PASSWORD])):
        assert not log_in(user, answers), (user, answers)


def test_key_and_password_where_both_are_needed(server, work):
    import paramiko

    def key(name):
        return paramiko.Ed25519Key.from_private_key_file(server.keys[name])

    def session(steps):
        """What each step was answered: the methods that go on, or the failure's name."""
        transport = paramiko.Transport(("127.0.0.1", int(server.port)))
        answers = []
        try:
            transport.start_client()
            for step in steps:
                try:
                    answers.append(step(transport))
                except paramiko.BadAuthenticationType as error:
                    answers.append(sorted(error.allowed_types))
                except paramiko.AuthenticationException as error:
                    answers.append(type(error).__name__)
            return answers, transport.is_authenticated()
        finally:
            transport.close()

    def show_key(user, name="ed25519"):
        return lambda transport: transport.auth_publickey(user, key(name))

    def say(user, password=PASSWORD):
        return lambda transport: transport.auth_password(user, password, fallback=False)

    answers, entered = session([show_key("both"), say("both")])
    assert entered and sorted(answers[0]) == ["keyboard-interactive", "password"], (answers, entered)
    refused = "AuthenticationException"
    # Without the key nobody learns whether the password is right, nor whether there is such a login.
    for user, password in (("both", PASSWORD), ("both", "wrong"), ("nobody", PASSWORD)):
        assert session([say(user, password)]) == ([refused], False), user
    assert session([show_key("both", "unknown"), say("both")]) == ([refused, refused], False)
    # What was shown for one login is worth nothing for another.
    answers, entered = session([show_key("both"), say("nobody"), say("both")])
    assert not entered and answers[1:] == [refused, refused], answers
    answers, entered = session([show_key("both"), say("both", "wrong"), say("both")])
    assert entered, answers
    # And OpenSSH does it by itself.
    base = ["sftp", "-oBatchMode=no", "-P", server.port, "-F/dev/null", "-oStrictHostKeyChecking=no",
            "-oUserKnownHostsFile=/dev/null", "-oIdentitiesOnly=yes", "-oIdentityAgent=none", "-b", "/dev/null"]
    with_key = base + ["-oIdentityFile=" + server.keys["ed25519"]]
    code, out, err = server.with_password(with_key + ["both@127.0.0.1"], PASSWORD)
    assert code == 0, err
    code, out, err = server.with_password(base + ["-oPubkeyAuthentication=no", "both@127.0.0.1"], PASSWORD)
    assert code == 255, err


def test_who_guesses_is_refused_right_or_wrong(server, work):
    import paramiko

    def entered(guarded, user, password=None, key=None):
        transport = paramiko.Transport(("127.0.0.1", int(guarded.port)))
        try:
            transport.start_client()
            if key:
                transport.auth_publickey(user, paramiko.Ed25519Key.from_private_key_file(guarded.keys[key]))
            else:
                transport.auth_password(user, password, fallback=False)
            return True
        except paramiko.AuthenticationException:
            return False
        finally:
            transport.close()

    guarded = Server(sys.argv[1], "1", "ban=3")
    try:
        for _ in range(3):
            assert not entered(guarded, "demo", "wrong")
        assert not entered(guarded, "demo", PASSWORD)
        assert not entered(guarded, "demo", key="ed25519")
        assert "login_banned" in open(guarded.log_path).read()
        assert entered(guarded, "reader", PASSWORD)
    finally:
        guarded.close()


def test_certificates_are_refused(server, work):
    ca = work + "/ca"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ca], check=True)
    key = work + "/id"
    shutil.copyfile(server.keys["ed25519"], key)
    shutil.copyfile(server.keys["ed25519"] + ".pub", key + ".pub")
    os.chmod(key, 0o600)
    subprocess.run(["ssh-keygen", "-q", "-s", ca, "-I", "demo", "-n", "demo", key + ".pub"], check=True)
    command = server.sftp_command(f"-oCertificateFile={key}-cert.pub", key="unknown")
    done = subprocess.run(command, input="pwd\n", capture_output=True, text=True, timeout=60)
    assert done.returncode == 255 and "Permission denied" in done.stderr, done.stderr


def test_host_keys_are_made_once(server, work):
    wanted = subprocess.run(["ssh-keyscan", "-p", server.port, "127.0.0.1"], capture_output=True, text=True,
                            timeout=30).stdout.splitlines()
    kinds = {line.split()[1]: line.split()[2] for line in wanted}
    assert sorted(kinds) == ["ssh-ed25519", "ssh-rsa"], kinds
    log = open(server.log_path).read()
    for name in ("ssh_host_ed25519_key", "ssh_host_rsa_key"):
        path = os.path.join(server.folder, "host_keys", name)
        assert os.stat(path).st_mode & 0o777 == 0o600
        public = subprocess.run(["ssh-keygen", "-y", "-f", path], capture_output=True, text=True, check=True).stdout
        assert public.split()[1] == kinds[public.split()[0]]
        shown = subprocess.run(["ssh-keygen", "-l", "-f", path], capture_output=True, text=True, check=True).stdout
        assert shown.split()[1] in log, (shown, log)


def test_the_old_scp_protocol_is_told_what_to_do(server, work):
    path = random_file(work + "/f", 10)
    for command in ([path, "127.0.0.1:/old"], ["127.0.0.1:/old", work + "/back"]):
        done = subprocess.run(["scp", "-O", "-P", server.port, *server.options(), *command], capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == 1 and "without -O" in done.stderr, (done.returncode, done.stderr)
    for command in (["id"], []):
        done = subprocess.run(["ssh", "-p", server.port, *server.options(), "127.0.0.1", *command],
                              capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        assert done.returncode == 1 and "only SFTP is served here" in done.stderr, (done.returncode, done.stderr)
    assert server.ask("sha1 /old") == "none"


def test_only_sftp_is_to_be_had(server, work):
    base = ["ssh", "-p", server.port, *server.options()]
    for extra in (["127.0.0.1", "id"], ["127.0.0.1"], ["-tt", "127.0.0.1"], ["-s", "127.0.0.1", "netconf"]):
        done = subprocess.run(base + extra, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
        assert done.returncode != 0, extra
    done = subprocess.run(base + ["-W", "127.0.0.1:22", "127.0.0.1"], capture_output=True, text=True, timeout=30)
    assert done.returncode != 0 and "failed" in done.stderr, done.stderr
    done = subprocess.run(base + ["-oExitOnForwardFailure=yes", "-R", "0:127.0.0.1:22", "-N", "127.0.0.1"],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode != 0, done.stderr


def test_storage_that_does_not_open_is_told(server, work):
    code, out, err = server.sftp("pwd\n", user="nobox")
    assert code == 255 and "boxgate: Box refuses this account" in err, (code, err)


def test_a_reader_cannot_write(server, work):
    path = random_file(work + "/f", 10)
    server.sftp(f"put {path} /readable\n")
    code, out, err = server.sftp(f"ls -l /readable\nget /readable {work}/back\n-put {path} /new\n-rm /readable\n",
                                 user="reader")
    assert code == 0 and "-r--r--r--" in out and err.count("Permission denied") == 2, (out, err)
    assert filecmp.cmp(path, work + "/back", shallow=False)


if __name__ == "__main__":
    run_tests(globals())
