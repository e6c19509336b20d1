"""SFTP clients against the built boxgate: each stores files, fetches them, compares them, renames and deletes, and lists
a folder of 5,000 entries. What Box then has is looked at in the simulator's own files."""

import asyncio
import json
import os
import pathlib
import random
import shutil
import subprocess
import warnings

import clients
from lab import PASSWORD, Failed, Lab, expect, expect_equal, main, wait_until

ENTRIES = 5000
SIZES = {"empty": 0, "one": 1, "block and one": 262_145, "large.bin": 5_000_001, "größe.txt": 1000}


def stored(lab, folder):
    return lab.box.files("ann") / folder


def expect_stored(lab, folder, wanted=None):
    clients.compare(clients.hashes(stored(lab, folder)), lab.tree if wanted is None else wanted, f"what Box has in {folder}")


def wait_until_stored(lab, folder):
    """For sshfs, which does not wait for what CLOSE answers."""
    wait_until(lambda: clients.hashes(stored(lab, folder)) == lab.tree, f"Box has all of {folder}", pause=0.1)


def expect_back(lab, folder):
    clients.compare(clients.hashes(lab.work / folder), lab.tree, f"what came back to {folder}")


def expect_renamed_and_deleted(lab, folder):
    """Every client renames "one" to "renamed" and deletes "empty"."""
    wanted = dict(lab.tree)
    wanted["renamed"] = wanted.pop("one")
    del wanted["empty"]
    expect_stored(lab, folder, wanted)
    lab.expect_nothing_held()


def expect_entries(count):
    expect_equal(count, ENTRIES, "entries listed")


def openssh_sftp(lab, _):
    back = lab.work / "back-sftp"
    back.mkdir()
    clients.sftp(lab, f'mkdir sftp\nput -r "{lab.source}/." sftp\nget -r sftp/. "{back}"')
    expect_stored(lab, "sftp")
    expect_back(lab, "back-sftp")
    clients.sftp(lab, "rename sftp/one sftp/renamed\nrm sftp/empty")
    expect_renamed_and_deleted(lab, "sftp")
    listed = clients.sftp(lab, "ls -1 5000").stdout
    expect_entries(sum(line.startswith("5000/entry") for line in listed.splitlines()))
    shown = clients.sftp(lab, "ls -l sftp").stdout
    expect("-rw-r--r--    1 ann      ann       5000001" in shown, shown)


def scp(lab, *words, **kind):
    return lab.run(["scp", "-P", lab.sftp_port, *clients.ssh_options(lab), *words], **kind)


def openssh_scp(lab, _):
    """The same file twice: the second time it exists, and scp opens it without truncating it."""
    back = lab.work / "back-scp"
    back.mkdir()
    for _ in range(2):
        done = scp(lab, "-r", lab.source, "ann@127.0.0.1:/scp")
        expect_equal(done.stdout, "", "what scp said")
    # The second time the folder exists, and scp -r puts the source into it.
    expect_stored(lab, "scp/source")
    for name in lab.tree:
        for _ in range(2):
            done = scp(lab, lab.source / name, "ann@127.0.0.1:/scp/source/" + name)
            expect_equal(done.stdout, "", "what scp said")
    expect_stored(lab, "scp/source")
    scp(lab, "-r", "ann@127.0.0.1:/scp/source/.", back)
    expect_back(lab, "back-scp")
    done = scp(lab, "-O", lab.source / "one", "ann@127.0.0.1:/old", check=False)
    expect(done.returncode == 1 and "without -O" in done.stdout, done.stdout)
    lab.expect_nothing_held()


def putty_words(lab):
    fingerprint = lab.log_events("host_key")[0]["fingerprint"]
    return ["-P", lab.sftp_port, "-pw", PASSWORD, "-batch", "-hostkey", fingerprint]


def psftp(lab, _):
    def run(*lines):
        batch = lab.work / "psftp.batch"
        batch.write_text("\n".join(lines) + "\n")
        return lab.run(["psftp", "-b", batch, *putty_words(lab), "ann@127.0.0.1"]).stdout

    back = lab.work / "back-psftp"
    run("mkdir psftp", f'put -r "{lab.source}" psftp', f'get -r psftp "{back}"')
    expect_stored(lab, "psftp")
    expect_back(lab, "back-psftp")
    run("mv psftp/one psftp/renamed", "rm psftp/empty")
    expect_renamed_and_deleted(lab, "psftp")
    expect_entries(sum(" entry " in line for line in run("ls 5000").splitlines()))


def pscp(lab, _):
    back = lab.work / "back-pscp"
    back.mkdir()
    clients.sftp(lab, "mkdir pscp")
    for name in lab.tree:
        for _ in range(2):
            lab.run(["pscp", "-q", "-sftp", *putty_words(lab), lab.source / name, "ann@127.0.0.1:/pscp/" + name])
        lab.run(["pscp", "-q", "-sftp", *putty_words(lab), "ann@127.0.0.1:/pscp/" + name, back / name])
    expect_stored(lab, "pscp")
    expect_back(lab, "back-pscp")
    listed = lab.run(["pscp", "-sftp", *putty_words(lab), "-ls", "ann@127.0.0.1:/5000"]).stdout
    expect_entries(sum(" entry " in line for line in listed.splitlines()))


def lftp(lab, _):
    clients.lftp(lab, f'mirror -R --no-perms "{lab.source}" lftp; mirror lftp "{lab.work}/back-lftp"', "sftp")
    expect_stored(lab, "lftp")
    expect_back(lab, "back-lftp")
    clients.lftp(lab, "mv lftp/one lftp/renamed; rm lftp/empty", "sftp")
    expect_renamed_and_deleted(lab, "lftp")
    expect_entries(sum("entry " in line for line in clients.lftp(lab, "cls -1 5000", "sftp").stdout.splitlines()))


def curl(lab, _):
    back = lab.work / "back-curl"
    back.mkdir()
    words = ["--insecure"]
    for name in lab.tree:
        clients.curl(lab, *words, "--ftp-create-dirs", "-T", lab.source / name, clients.sftp_url(lab, f"curl/{name}"))
        clients.curl(lab, *words, "-o", back / name, clients.sftp_url(lab, f"curl/{name}"))
    expect_stored(lab, "curl")
    (back / "empty").touch()  # curl makes no file for nothing
    expect_back(lab, "back-curl")
    clients.curl(lab, *words, "-Q", "rename /curl/one /curl/renamed", "-Q", "rm /curl/empty", clients.sftp_url(lab))
    expect_renamed_and_deleted(lab, "curl")
    listed = clients.curl(lab, *words, clients.sftp_url(lab, "5000/")).stdout
    expect_entries(sum(" entry " in line for line in listed.splitlines()))


def rclone(lab, _):
    config = lab.directory / "rclone.conf"
    config.write_text(f"[box]\ntype = sftp\nhost = 127.0.0.1\nport = {lab.sftp_port}\nuser = ann\n"
                      f"key_file = {lab.ssh_key}\nset_modtime = false\n")

    def run(*words):
        return lab.run(["rclone", "--config", config, "--retries", "1", "--low-level-retries", "1", *words]).stdout

    run("copy", lab.source, "box:rclone")
    run("check", "--download", lab.source, "box:rclone")
    run("copy", "box:rclone", lab.work / "back-rclone")
    expect_stored(lab, "rclone")
    expect_back(lab, "back-rclone")
    run("moveto", "box:rclone/one", "box:rclone/renamed")
    run("deletefile", "box:rclone/empty")
    expect_renamed_and_deleted(lab, "rclone")
    expect_entries(sum(line.startswith("entry ") for line in run("lsf", "box:5000").splitlines()))


def sshfs(lab, _):
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        raise Failed("this machine has no /dev/fuse, without which sshfs cannot mount anything")
    mounted = lab.work / "mounted"
    mounted.mkdir()
    options = ",".join(["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes",
                        f"IdentityFile={lab.ssh_key}"])
    lab.run(["sshfs", "ann@127.0.0.1:/", mounted, "-p", lab.sftp_port, "-o", options])
    try:
        lab.run(["cp", "-r", lab.source, mounted / "sshfs"])
        wait_until_stored(lab, "sshfs")
        lab.run(["cp", "-r", mounted / "sshfs", lab.work / "back-sshfs"])
        expect_back(lab, "back-sshfs")
        os.rename(mounted / "sshfs" / "one", mounted / "sshfs" / "renamed")
        os.remove(mounted / "sshfs" / "empty")
        expect_entries(len(os.listdir(mounted / "5000")))
        # An archive: with its times only if they are not asked for.
        archive = lab.work / "archive.tar"
        lab.run(["tar", "-C", lab.source, "-cf", archive, "."])
        (mounted / "tar").mkdir()
        lab.run(["tar", "-xmf", archive, "-C", mounted / "tar"])
        wait_until_stored(lab, "tar")
        refused = lab.run(["touch", "-d", "2001-01-01", mounted / "tar" / "one"], check=False)
        expect(refused.returncode != 0, "touch set a time that Box does not take")
        random_reads(lab, mounted)
    finally:
        wait_until(lambda: subprocess.run(["fusermount3", "-u", mounted], capture_output=True).returncode == 0,
                   "sshfs is unmounted")
    expect_renamed_and_deleted(lab, "sshfs")


def random_reads(lab, mounted):
    """Pieces from all over a large file, each as it is there, and none at the cost of the whole."""
    size, reads = 60_000_000, 20
    big = clients.noise_file(lab.work / "big", size)
    clients.sftp(lab, f"put {big} big")
    content = big.read_bytes()
    before = len([call for call in lab.box.journal() if call.is_data])
    source = random.Random(3)
    for _ in range(reads):
        block = source.randrange(size // 4096)
        piece = lab.work / "piece"
        lab.run(["dd", f"if={mounted}/big", f"of={piece}", "bs=4096", "count=1", f"skip={block}", "iflag=direct"])
        expect(piece.read_bytes() == content[block * 4096:(block + 1) * 4096], f"block {block} differs")
    calls = len([call for call in lab.box.journal() if call.is_data]) - before
    expect(calls <= 3 * reads, f"{reads} random reads took {calls} downloads")


def paramiko(lab, _):
    import paramiko as library
    back = lab.work / "back-paramiko"
    back.mkdir()
    transport = library.Transport(("127.0.0.1", lab.sftp_port))
    try:
        transport.connect(username="ann", password=PASSWORD)
        sftp = library.SFTPClient.from_transport(transport)
        sftp.mkdir("paramiko")
        for name in lab.tree:
            sftp.put(str(lab.source / name), f"paramiko/{name}")  # and it compares the size at once
            sftp.get(f"paramiko/{name}", str(back / name))
        expect_stored(lab, "paramiko")
        expect_back(lab, "back-paramiko")
        with sftp.open("paramiko/large.bin") as file:
            expect_equal(file.check("sha1").hex(), lab.tree["large.bin"], "check-file")
        sftp.rename("paramiko/one", "paramiko/renamed")
        sftp.remove("paramiko/empty")
        expect_entries(len(sftp.listdir("5000")))
        # As WinSCP does: a name of its own first, then the old file goes and the new one takes its name.
        with sftp.open("paramiko/large.bin.filepart", "wx") as file:
            file.write((lab.source / "large.bin").read_bytes())
        sftp.remove("paramiko/large.bin")
        sftp.rename("paramiko/large.bin.filepart", "paramiko/large.bin")
    finally:
        transport.close()
    expect_renamed_and_deleted(lab, "paramiko")


def asyncssh(lab, _):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import asyncssh as library

    async def work():
        async with library.connect("127.0.0.1", lab.sftp_port, username="ann", client_keys=[str(lab.ssh_key)],
                                   known_hosts=None, config=None) as connection:
            async with connection.start_sftp_client() as sftp:
                await sftp.put(str(lab.source), "asyncssh", recurse=True)
                await sftp.get("asyncssh", str(lab.work / "back-asyncssh"), recurse=True)
                expect_stored(lab, "asyncssh")
                expect_back(lab, "back-asyncssh")
                await sftp.rename("asyncssh/one", "asyncssh/renamed")
                await sftp.remove("asyncssh/empty")
                expect_entries(sum(name.startswith("entry ") for name in await sftp.listdir("5000")))

    asyncio.run(asyncio.wait_for(work(), 120))
    expect_renamed_and_deleted(lab, "asyncssh")


SSH2_SCRIPT = """
const Client = require('ssh2-sftp-client');
const [port, key, source, back, names] = process.argv.slice(2);
(async () => {
  const sftp = new Client();
  await sftp.connect({host: '127.0.0.1', port: Number(port), username: 'ann',
                      privateKey: require('fs').readFileSync(key)});
  await sftp.mkdir('/ssh2');
  for (const name of JSON.parse(names)) {
    await sftp.fastPut(source + '/' + name, '/ssh2/' + name);
    await sftp.put(source + '/' + name, '/ssh2/' + name);
    await sftp.fastGet('/ssh2/' + name, back + '/' + name);
  }
  await sftp.rename('/ssh2/one', '/ssh2/renamed');
  await sftp.delete('/ssh2/empty');
  console.log('entries ' + (await sftp.list('/5000')).length);
  await sftp.end();
})().catch(error => { console.error(error); process.exit(1); });
"""


def ssh2_sftp_client(lab, _):
    """Node's ssh2: its fastPut writes 64 pieces side by side."""
    modules = lab.binaries / "npm"
    if not (modules / "node_modules" / "ssh2-sftp-client").exists():
        modules.mkdir(exist_ok=True)
        lab.run(["npm", "install", "--silent", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--prefix",
                 modules, "ssh2-sftp-client"], seconds=170)
    back = lab.work / "back-ssh2"
    back.mkdir()
    script = lab.work / "ssh2.js"
    script.write_text(SSH2_SCRIPT)
    environment = dict(os.environ, NODE_PATH=str(modules / "node_modules"))
    done = lab.run(["node", script, lab.sftp_port, lab.ssh_key, lab.source, back, json.dumps(sorted(lab.tree))],
                   env=environment)
    expect_entries(int(done.stdout.split("entries ")[1].split()[0]))
    expect_back(lab, "back-ssh2")
    expect_renamed_and_deleted(lab, "ssh2")


def ssh_audit(lab, _):
    """Nothing that an audit objects to; and where old clients are let in, only what that setting says."""

    def complaints(port):
        done = lab.run(["ssh-audit", "-n", "-b", "--level=warn", "-p", port, "127.0.0.1"], check=False)
        found = {line.split()[1] for line in done.stdout.splitlines()
                 if line.startswith("(") and ("[fail]" in line or "[warn]" in line)}
        # The mark of a server that is safe from Terrapin; this ssh-audit is older than it.
        return sorted(found - {"kex-strict-s-v00@openssh.com"})

    with Lab(lab.binaries, sftp={"algorithms": "modern", "host_keys": "host_keys/"}) as modern:
        expect_equal(sorted(path.name for path in (modern.directory / "host_keys").iterdir()),
                     ["ssh_host_ed25519_key", "ssh_host_rsa_key"], "host keys")
        expect_equal(complaints(modern.sftp_port), [], "what ssh-audit objects to")
    expect_equal(complaints(lab.sftp_port), ["ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "hmac-sha2-256",
                                             "hmac-sha2-512"], "what ssh-audit objects to for old clients")


def shared(arguments):
    lab = Lab(arguments.bin)
    lab.source = lab.work / "source"
    lab.source.mkdir()
    for name, size in SIZES.items():
        clients.noise_file(lab.source / name, size)
    lab.tree = clients.hashes(lab.source)
    lab.box.seed("ann", "5000", ENTRIES)
    return lab


if __name__ == "__main__":
    main(openssh_sftp, openssh_scp, psftp, pscp, lftp, curl, rclone, sshfs, paramiko, asyncssh, ssh2_sftp_client, ssh_audit,
         shared=shared)
