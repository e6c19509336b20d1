"""rclone as FTP and as SFTP client: copy, then check, find no difference."""

import clients
from lab import PASSWORD, Lab, expect, expect_equal, main


def make_tree(folder):
    sizes = {"empty": 0, "one": 1, "block": 262_144, "block and one": 262_145, "large": 60_000_000,
             "sub folder/größe.txt": 1000, "sub folder/it's.txt": 12, "sub folder/deeper/x.bin": 5_000_000}
    for name, size in sizes.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        clients.noise_file(folder / name, size)
    return clients.hashes(folder)


def rclone(lab, *words, **kind):
    return lab.run(["rclone", "--config", lab.directory / "rclone.conf", "--retries", "1", "--low-level-retries", "1",
                    "--timeout", "60s", "--contimeout", "20s", *words], seconds=300, **kind)


def write_remotes(lab):
    secret = lab.run(["rclone", "obscure", PASSWORD]).stdout.strip()
    sftp = f"type = sftp\nhost = 127.0.0.1\nport = {lab.sftp_port}\nuser = ann\nkey_file = {lab.ssh_key}\n" \
           "shell_type = none\n"
    ftp = f"type = ftp\nhost = localhost\nport = {lab.ftp_port}\nuser = ann\npass = {secret}\n"
    (lab.directory / "rclone.conf").write_text(
        f"[ftp]\n{ftp}\n"
        f"[ftps]\n{ftp}explicit_tls = true\nno_check_certificate = true\n\n"
        f"[sftp]\n{sftp}set_modtime = false\n\n"
        f"[sftp-defaults]\n{sftp}\n")


def copy_and_check(lab, remote):
    source = lab.work / "tree"
    rclone(lab, "copy", source, f"{remote}:by-{remote}")
    clients.compare(clients.hashes(lab.box.files("ann") / f"by-{remote}"), lab.tree, "what Box has")
    done = rclone(lab, "check", "--download", source, f"{remote}:by-{remote}")
    expect("0 differences found" in done.stdout, done.stdout)
    again = rclone(lab, "copy", "-v", "--size-only", source, f"{remote}:by-{remote}")
    expect("Copied (" not in again.stdout, f"the second copy stored files again:\n{again.stdout}")
    back = lab.work / f"back-{remote}"
    rclone(lab, "copy", f"{remote}:by-{remote}", back)
    clients.compare(clients.hashes(back), lab.tree, "what came back")
    lab.expect_nothing_held()


def as_ftp_client(lab, _):
    copy_and_check(lab, "ftp")


def as_ftps_client(lab, _):
    copy_and_check(lab, "ftps")


def as_sftp_client_without_setting_times(lab, _):
    copy_and_check(lab, "sftp")


def with_its_defaults_it_is_told_that_times_cannot_be_set(lab, _):
    done = rclone(lab, "copyto", lab.work / "tree" / "one", "sftp-defaults:refused", check=False)
    expect(done.returncode != 0, "rclone did not notice that the time was refused")
    expect("not supported" in done.stdout.lower() or "unsupported" in done.stdout.lower() or
           "SetModTime" in done.stdout, done.stdout)


def with_its_defaults_where_times_are_ignored(lab, _):
    with Lab(lab.binaries, sftp={"set_times": "ignore"}) as lenient:
        (lenient.work / "tree").mkdir()
        lenient.tree = make_tree(lenient.work / "tree")
        write_remotes(lenient)
        copy_and_check(lenient, "sftp-defaults")
        expect_equal(len(lenient.tree), 8, "files")


def shared(arguments):
    lab = Lab(arguments.bin)
    (lab.work / "tree").mkdir()
    lab.tree = make_tree(lab.work / "tree")
    write_remotes(lab)
    return lab


if __name__ == "__main__":
    main(as_ftp_client, as_ftps_client, as_sftp_client_without_setting_times,
         with_its_defaults_it_is_told_that_times_cannot_be_set, with_its_defaults_where_times_are_ignored,
         shared=shared)
