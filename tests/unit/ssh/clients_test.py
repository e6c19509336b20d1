#!/usr/bin/env python3
"""Real SSH clients against SSH and SFTP on the memory filesystem: clients_test.py PROGRAM [word in a test's name]"""
import concurrent.futures
import filecmp
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from lab import PASSWORD, Server, make_tree, random_file, until


def sha1(path):
    return hashlib.sha1(open(path, "rb").read()).hexdigest()


def same_tree(one, two):
    compared = filecmp.dircmp(one, two, ignore=[])
    assert not compared.left_only and not compared.right_only, (compared.left_only, compared.right_only)
    for name in compared.common_files:
        assert filecmp.cmp(os.path.join(one, name), os.path.join(two, name), shallow=False), name
    for name in compared.common_dirs:
        same_tree(os.path.join(one, name), os.path.join(two, name))


def test_put_and_get_a_file(server, work):
    big = random_file(work + "/big", 5_000_001)
    code, out, err = server.sftp(f"pwd\nput {big} /put/no\n", key="ed25519")
    assert code == 1 and "No such file" in err, (code, out, err)
    code, out, err = server.sftp(f"mkdir /put\nput {big} /put/big\nls -l /put\nget /put/big {work}/back\n")
    assert code == 0, (out, err)
    assert "-rw-r--r--" in out and "5000001" in out, out
    assert filecmp.cmp(big, work + "/back", shallow=False)
    assert server.ask("sha1 /put/big") == sha1(big)


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


def test_tree_with_openssh(server, work):
    count = make_tree(work + "/tree")
    os.mkdir(work + "/got")
    code, out, err = server.sftp(f'put -r "{work}/tree" /sshtree\nget -r /sshtree "{work}/got/tree"\n')
    assert code == 0, err
    same_tree(work + "/tree", work + "/got/tree")
    assert count == 54


def test_put_p_tells_but_stores(server, work):
    path = random_file(work + "/f", 1000)
    code, out, err = server.sftp(f"put -p {path} /timed\n")
    assert code == 0 and "remote fsetstat: Operation unsupported" in err, (code, out, err)
    assert server.ask("sha1 /timed") == sha1(path)


def test_reget_and_reput(server, work):
    path = random_file(work + "/f", 3_000_000)
    half = work + "/half"
    shutil.copyfile(path, half)
    os.truncate(half, 1_234_567)
    code, out, err = server.sftp(f"put {path} /resume\nreget /resume {half}\n")
    assert code == 0 and filecmp.cmp(path, half, shallow=False), err
    before = server.ask("versions /resume")
    longer = random_file(work + "/longer", 3_500_000)
    code, out, err = server.sftp(f"reput {longer} /resume\n")
    assert code == 1, (code, out, err)
    assert server.ask("versions /resume") == before and server.ask("sha1 /resume") == sha1(path)


def test_names_move_and_go(server, work):
    path = random_file(work + "/f", 10)
    code, out, err = server.sftp(f"""mkdir /names
put {path} /names/a
rename /names/a /names/b
put {path} /names/c
rename /names/b /names/c
mkdir /names/d
rename /names/d "/names/e f"
rm /names/c
rmdir "/names/e f"
-rmdir /names/nothing
-rm /names/nothing
-rename /names/x /names/y
-ln -s /names/a /names/link
-chmod 600 /names
-mkdir /names
ls /names
""")
    assert code == 0, err  # a rename over an existing file is a posix-rename here
    assert out.splitlines()[-1].startswith("sftp> ls"), out
    assert err.count("No such file") == 3 and "Operation unsupported" in err, err


def test_scp_twice(server, work):
    one, two = random_file(work + "/one", 700_000, 1), random_file(work + "/two", 500_000, 2)
    for path in (one, two, two):
        done = subprocess.run(["scp", "-P", server.port, *server.options(), path, "127.0.0.1:/scp"],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and done.stderr == "", (done.returncode, done.stderr)
        assert server.ask("sha1 /scp") == sha1(path)
    assert server.ask("versions /scp") == "3"
    empty = random_file(work + "/empty", 0)
    done = subprocess.run(["scp", "-P", server.port, *server.options(), empty, "127.0.0.1:/scp"], timeout=60)
    assert done.returncode == 0 and server.ask("sha1 /scp") == hashlib.sha1(b"").hexdigest()
    done = subprocess.run(["scp", "-P", server.port, *server.options(), "127.0.0.1:/scp", work + "/back"], timeout=60)
    assert done.returncode == 0 and os.path.getsize(work + "/back") == 0


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


def test_copying_and_hashes(server, work):
    path = random_file(work + "/f", 600_000)
    code, out, err = server.sftp(f"put {path} /copied\ncp /copied /copy\ncp /copied /copy\n")
    assert code == 0, err
    assert server.ask("sha1 /copy") == sha1(path) and server.ask("versions /copy") == "2"
    import paramiko
    transport = paramiko.Transport(("127.0.0.1", int(server.port)))
    try:
        transport.connect(username="demo", password=PASSWORD)
        with paramiko.SFTPClient.from_transport(transport).open("/copy") as file:
            assert file.check("sha1").hex() == sha1(path)
    finally:
        transport.close()


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


def test_rekeying_while_transferring(server, work):
    path = random_file(work + "/f", 24_000_000)
    code, out, err = server.sftp(f"put {path} /rekey\nget /rekey {work}/back\n", "-oRekeyLimit=2M", timeout=120)
    assert code == 0 and filecmp.cmp(path, work + "/back", shallow=False), err


def test_rekeying_from_the_servers_side(server, work):
    path = random_file(work + "/f", 24_000_000)
    eager = Server(sys.argv[1], "1", "rekey=2000000")
    try:
        code, out, err = eager.sftp(f"put {path} /rekey\nget /rekey {work}/back\n", "-v", timeout=120)
        assert code == 0 and filecmp.cmp(path, work + "/back", shallow=False), err
        assert err.count("SSH2_MSG_KEXINIT received") > 5, err
    finally:
        eager.close()


def test_many_sessions_at_once(server, work):
    path = random_file(work + "/f", 2_000_000)

    def one(number):
        return server.sftp(f"put {path} /many{number}\nget /many{number} {work}/back{number}\n", timeout=240)

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        for number, (code, out, err) in enumerate(pool.map(one, range(64))):
            assert code == 0, (number, err)
            assert filecmp.cmp(path, f"{work}/back{number}", shallow=False), number
    print("  64 sessions at once: all equal")


def test_a_killed_put_stores_nothing(server, work):
    """Kills the client, all of it, once about so much has been sent; what was there stays."""
    old = random_file(work + "/old", 1000)
    path = random_file(work + "/f", 40_000_000)
    server.sftp(f"put {old} /killed\n")
    for share in (1, 30, 90):
        client = subprocess.Popen(server.sftp_command("-l", "200000"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, start_new_session=True)
        client.stdin.write(f"put {path} /killed\nput {path} /killed-new\n".encode())
        client.stdin.flush()
        until(lambda: server.stats()["sinks"] == 1, "an upload has begun")
        time.sleep(share / 100)  # how far it gets is left to chance; the outcome must not depend on it
        os.killpg(client.pid, signal.SIGKILL)
        client.wait()
        client.stdin.close()
        server.wait_empty()
        assert server.ask("sha1 /killed") == sha1(old) and server.ask("sha1 /killed-new") == "none"


def test_a_client_that_goes_during_the_commit(server, work):
    """Past the point of no return the commit goes on; the session itself leaves nothing behind."""
    path = random_file(work + "/f", 100_000)
    server.ask("hold")
    client = subprocess.Popen(server.sftp_command(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, start_new_session=True)
    client.stdin.write(f"put {path} /gone\n".encode())
    client.stdin.flush()
    until(lambda: server.ask("held") == "1", "the commit is waiting")
    os.killpg(client.pid, signal.SIGKILL)
    client.wait()
    client.stdin.close()
    server.wait_empty()
    assert server.ask("sha1 /gone") == "none"
    server.ask("release")
    until(lambda: server.ask("sha1 /gone") == sha1(path), "the commit took effect")


def test_lftp(server, work):
    make_tree(work + "/tree")
    base = f"set sftp:connect-program ssh -a -x {' '.join(server.options())}; set net:max-retries 1; " \
           f"open -u demo, sftp://127.0.0.1:{server.port}; "
    done = subprocess.run(["lftp", "-c", base + f"mirror -R {work}/tree /lftptree; mirror /lftptree {work}/got; "
                           f"cls -l /lftptree; mv /lftptree/plain/plain.bin /lftptree/moved; "
                           f"get -c /lftptree/moved -o {work}/moved; rm -r /lftptree"],
                          capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    same_tree(work + "/tree", work + "/got")


def test_paramiko(server, work):
    import paramiko
    transport = paramiko.Transport(("127.0.0.1", int(server.port)))
    try:
        transport.connect(username="demo", password=PASSWORD)
        work_with_paramiko(server, work, paramiko.SFTPClient.from_transport(transport))
    finally:
        transport.close()


def work_with_paramiko(server, work, sftp):
    path = random_file(work + "/f", 1_500_000)
    sftp.put(path, "/paramiko")  # compares the size by a STAT right after CLOSE
    sftp.get("/paramiko", work + "/back")
    assert filecmp.cmp(path, work + "/back", shallow=False)
    with sftp.open("/paramiko") as file:
        file.seek(1_000_000)
        assert file.read(7) == open(path, "rb").read()[1_000_000:1_000_007]
    with sftp.open("/written", "w") as file:
        file.write("some text")
        assert sftp.stat("/written").st_size == 9  # seen before it is stored
        assert server.ask("sha1 /written") == "none"
    assert sftp.stat("/written").st_size == 9
    for what, refused in (("append to an existing file", lambda: sftp.open("/written", "a")),
                          ("change a part", lambda: sftp.open("/written", "r+")),
                          ("a second exclusive create", lambda: sftp.open("/written", "wx")),
                          ("times", lambda: sftp.utime("/written", (1, 1))),
                          ("a link", lambda: sftp.symlink("/written", "/link")),
                          ("rename onto a file", lambda: sftp.rename("/written", "/paramiko"))):
        try:
            refused()
            raise AssertionError(what + " was not refused")
        except OSError as error:
            print("  " + what + ":", error)
    sftp.posix_rename("/written", "/paramiko")
    assert sftp.stat("/paramiko").st_size == 9
    hole = sftp.open("/hole", "w")
    hole.seek(10)
    hole.write("x")
    hole.close()  # paramiko swallows what CLOSE answers
    log = open(server.log_path).read()
    assert "path=/hole error=aborted" in log, log
    assert "hole" not in sftp.listdir("/")


def test_rclone(server, work):
    make_tree(work + "/tree")
    remote = f":sftp,host=127.0.0.1,port={server.port},user=demo,key_file={server.keys['ed25519']}," \
             f"set_modtime=false,shell_type=none:/rclone"
    env = dict(os.environ, RCLONE_CONFIG="/dev/null")
    for command in (["copy", work + "/tree", remote], ["check", "--download", work + "/tree", remote],
                    ["copy", remote, work + "/got"]):
        done = subprocess.run(["rclone", *command], capture_output=True, text=True, timeout=180, env=env)
        assert done.returncode == 0, (command, done.stderr)
    same_tree(work + "/tree", work + "/got")


def test_curl(server, work):
    known = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout
    if " sftp " not in known:
        print("  this curl has no sftp: not run")
        return
    path = random_file(work + "/f", 900_000)
    base = ["curl", "-sS", "-k", "-u", "demo:" + PASSWORD]
    # libssh2 before 1.11 finds nothing in common with today's algorithms; the log says what to do.
    too_old = subprocess.run(base + [f"sftp://127.0.0.1:{server.port}/curl"], capture_output=True, timeout=60)
    if too_old.returncode != 0:
        assert "sftp.algorithms: compatible" in open(server.log_path).read(), too_old.stderr
    lenient = Server(sys.argv[1], "1", "compatible")
    try:
        url = f"sftp://127.0.0.1:{lenient.port}/curl"
        subprocess.run(base + ["-T", path, url], check=True, timeout=60)
        subprocess.run(base + [url, "-o", work + "/back"], check=True, timeout=60)
        assert filecmp.cmp(path, work + "/back", shallow=False)
    finally:
        lenient.close()


def test_draining_lets_an_upload_finish(server, work):
    """Last: the server takes no new sessions afterwards."""
    path = random_file(work + "/f", 20_000_000)
    idle = subprocess.Popen(server.sftp_command(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)
    until(lambda: server.stats()["trees"] == 1, "an idle session")
    busy = subprocess.Popen(server.sftp_command("-l", "100000"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)
    busy.stdin.write(f"put {path} /drained\n")
    busy.stdin.flush()
    until(lambda: server.stats()["sinks"] == 1, "an upload has begun")
    server.ask("drain")
    until(lambda: server.stats()["sessions"] == 1, "the idle session has gone")
    _, err = idle.communicate(timeout=20)
    assert "shutting down" in err, err
    _, err = busy.communicate(timeout=60)
    assert server.ask("sha1 /drained") == sha1(path), err
    server.wait_empty()


def main():
    program, wanted = sys.argv[1], sys.argv[2:]
    server = Server(program, "2")
    failed = 0
    for name, test in list(globals().items()):
        if not name.startswith("test_") or (wanted and not any(word in name for word in wanted)):
            continue
        work = tempfile.mkdtemp(prefix="boxgate-client-")
        print(name, flush=True)
        try:
            test(server, work)
            server.wait_empty()
        except Exception:
            failed += 1
            traceback.print_exc()
        shutil.rmtree(work)
    code, log = server.close()
    if code != 0 or failed:
        print("server's exit code:", code)
        print("\n".join(log.splitlines()[-60:]))
    sys.exit(1 if failed or code != 0 else 0)


if __name__ == "__main__":
    main()
