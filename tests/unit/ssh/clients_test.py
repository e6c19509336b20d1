#!/usr/bin/env python3
"""What real SSH clients transfer, on the memory filesystem: clients_test.py PROGRAM [word in a test's name]"""
import concurrent.futures
import filecmp
import hashlib
import os
import shutil
import select
import signal
import subprocess
import sys
import time

from lab import PASSWORD, Server, make_tree, random_file, run_tests, until


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


def test_the_accounts_rates(server, work):
    """A second's worth goes at once, the rest at the rate; nothing is lost on the way."""
    path = random_file(work + "/f", 8_000_000)
    for batch in (f"put {path} /paced\n", f"get /paced {work}/back\n"):
        begin = time.monotonic()
        code, out, err = server.sftp(batch, user="paced")
        assert code == 0, err
        assert time.monotonic() - begin > 0.9, batch
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
    with sftp.open("/both", "w+") as file:
        file.write("0123456789")
        file.seek(4)
        assert file.read(3) == b"456"  # read back before it is stored
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
    assert "path=/hole outcome=aborted" in log, log
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
        until(lambda: "sftp.algorithms: compatible" in open(server.log_path).read(), "the server says what would help")
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
    # Before its input ends, at which it would leave without what the server says.
    assert select.select([idle.stderr], [], [], 20)[0], "the idle session heard nothing"
    _, err = idle.communicate(timeout=20)
    assert "shutting down" in err, err
    _, err = busy.communicate(timeout=60)
    assert server.ask("sha1 /drained") == sha1(path), err
    server.wait_empty()


if __name__ == "__main__":
    run_tests(globals())
