"""OpenSSH's own regression scripts for sftp (Debian's openssh-tests) against the built boxgate.

The scripts take for granted that client and server see the same files. Here the server's tree at Box lies in the
simulator's folder as plain files, and a link puts it where the client looks; before each call the simulator takes note
of what the scripts have done to the files behind its back.

Not run, because there is nothing that they could test here:
- sftp-cmds, its parts "ln" and "ln -s": Box has no links.
- sftp-glob, names with a backslash: Box refuses them; the script itself knows such platforms.
- sftp-perm: it starts an sftp-server with options that forbid single requests.
- sftp-chroot, sftp-uri: they need an sshd that they configure themselves.
"""

import pathlib
import re
import shutil
import stat

import clients
from lab import Failed, Lab, expect, main

SCRIPTS = pathlib.Path("/usr/lib/openssh/regress")


def without_links(text):
    """sftp-cmds from its part "ln" to its part "cp"."""
    kept, cut = re.subn(r'(?ms)^verbose "\$tid: ln"$.*?(?=^verbose "\$tid: cp"$)', "", text)
    expect(cut == 1 and "ln -s" not in kept, "sftp-cmds.sh does not look as expected")
    return kept


def run(lab, name, change=lambda text: text):
    script = lab.work / f"{name}.sh"
    script.write_text(change((SCRIPTS / f"{name}.sh").read_text()))
    for old in lab.object.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copyfile("/usr/bin/ssh-agent", lab.object / "data")
    done = lab.run([pathlib.Path(__file__).with_name("openssh_regress.sh"), lab.object, script], seconds=170,
                   check=False, env={"PATH": "/usr/bin:/bin", "SFTP": "sftp", "SFTPSERVER": str(lab.server), "HOME": "/"})
    expect(done.returncode == 0, f"{name} ended with {done.returncode}:\n{done.stdout}")
    return f"{len(done.stdout.splitlines())} parts"


def sftp(lab, _):
    return run(lab, "sftp")


def sftp_batch(lab, _):
    return run(lab, "sftp-batch")


def sftp_glob(lab, _):
    return run(lab, "sftp-glob")


def sftp_badcmds(lab, _):
    return run(lab, "sftp-badcmds")


def sftp_cmds(lab, _):
    return run(lab, "sftp-cmds", without_links)


def shared(arguments):
    if not SCRIPTS.is_dir():
        raise Failed(f"{SCRIPTS} is missing: install openssh-tests")
    lab = Lab(arguments.bin, limits={"cache_ttl": "0s"})
    # What is /tmp/x/obj for the client is /tmp/x/obj for the server.
    lab.object = lab.directory / "obj"
    inside = lab.box.files("ann") / str(lab.object)[1:]
    inside.mkdir(parents=True)
    lab.object.symlink_to(inside)
    programs = lab.box.files("ann") / "bin"
    programs.mkdir()
    for name in ("ls", "ln", "login"):
        shutil.copyfile(f"/bin/{name}", programs / name)
    lab.box.ask("POST", "/follow_files")
    config = lab.directory / "ssh_config"
    options = "\n".join(f"  {line}" for line in (
        f"Port {lab.sftp_port}", "Hostname 127.0.0.1", "User ann", f"IdentityFile {lab.ssh_key}", "IdentitiesOnly yes",
        "StrictHostKeyChecking no", "UserKnownHostsFile /dev/null", "BatchMode yes", "LogLevel ERROR"))
    config.write_text(f"Host gateway\n{options}\n")
    lab.server = lab.directory / "server"
    lab.server.write_text(f"#!/bin/sh\nexec ssh -q -F {config} gateway -s sftp\n")
    lab.server.chmod(lab.server.stat().st_mode | stat.S_IXUSR)
    return lab


if __name__ == "__main__":
    main(sftp, sftp_batch, sftp_glob, sftp_badcmds, sftp_cmds, shared=shared)
