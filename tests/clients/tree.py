"""300 files go up and come back with lftp and OpenSSH's sftp, and every SHA-1 agrees with the simulator's."""

import pathlib
import random
import shlex

import clients
from lab import Lab, expect, expect_equal, main

MIB = 1 << 20


def make_tree(folder, full):
    """300 files in six levels, from nothing to 200 MiB (60 MiB unless full), with names that need care."""
    awkward = ["with space", "  two spaces  in front", "größe ä ö ü", "日本語", "it's", 'double "quoted"', "a;b&c", "100%",
               "#hash", "[brackets]", "{braces}", "dollar $HOME", "star *", "question?", "-dash", "~tilde", "comma,", "é",
               "back`tick", "plus+plus", "emoji 🙂", "x" * 120]
    sizes = [0, 1, 2, 255, 256, 1023, 4096, 32767, 32768, 32769, 65536, 100_000, 261_120, 261_121, 262_143, 262_144,
             262_145, 524_288, 786_433, MIB, 2 * MIB + 1, 5 * MIB, 20 * MIB, 51 * MIB,
             (200 if full else 60) * MIB + 12345]
    levels = [pathlib.Path(".")]
    for name in ("one", "zwei zwei", "trois'trois", "四", 'five "5"', "six"):
        levels.append(levels[-1] / name)
    sizes += [random.Random(1).choice([0, 10, 1000, 5000, 20_000]) for _ in range(300 - len(sizes))]
    for number, size in enumerate(sizes):
        below = folder / levels[number % len(levels)]
        below.mkdir(parents=True, exist_ok=True)
        name = awkward[number] if number < len(awkward) else f"file {number:03}"
        clients.noise_file(below / name, size)
    tree = clients.hashes(folder)
    expect_equal(len(tree), 300, "files in the tree")
    return tree


def with_lftp(lab, arguments, protocol="ftp"):
    source = lab.work / "tree"
    back = lab.work / f"back-{protocol}"
    target = f"by-lftp-{protocol}"
    clients.lftp(lab, f"mirror -R --no-perms {shlex.quote(str(source))} {target}", protocol, seconds=600)
    clients.compare(clients.hashes(lab.box.files("ann") / target), lab.tree, "what Box has")
    clients.lftp(lab, f"mirror {target} {shlex.quote(str(back))}", protocol, seconds=600)
    clients.compare(clients.hashes(back), lab.tree, "what came back")
    lab.expect_nothing_held()
    return f"{len(lab.tree)} files up with mirror -R, back with mirror"


def with_lftp_over_tls(lab, arguments):
    return with_lftp(lab, arguments, "ftps")


def with_sftp(lab, _):
    back = lab.work / "back-sftp"
    back.mkdir()
    clients.sftp(lab, f'mkdir by-sftp\nput -r "{lab.work / "tree"}/." by-sftp', seconds=600)
    clients.compare(clients.hashes(lab.box.files("ann") / "by-sftp"), lab.tree, "what Box has")
    clients.sftp(lab, f'get -r by-sftp/. "{back}"', seconds=600)
    clients.compare(clients.hashes(back), lab.tree, "what came back")
    lab.expect_nothing_held()
    return f"{len(lab.tree)} files up with put -r, back with get -r"


def over_the_files_that_are_there(lab, _):
    before = lab.box.ids("ann", "by-sftp")
    clients.sftp(lab, f'put -r "{lab.work / "tree"}/." by-sftp', seconds=600)
    clients.compare(clients.hashes(lab.box.files("ann") / "by-sftp"), lab.tree, "what Box has")
    expect(before, "the simulator listed no file ids")
    expect_equal(lab.box.ids("ann", "by-sftp"), before, "file ids after storing the tree again")


def shared(arguments):
    # 1,200 uploads of one user take five minutes at the pace that Box allows; here it is about what arrives.
    lab = Lab(arguments.bin, limits={"box_uploads_per_minute": 0})
    (lab.work / "tree").mkdir()
    lab.tree = make_tree(lab.work / "tree", arguments.full)
    return lab


def options(parser):
    parser.add_argument("--full", action="store_true", help="the largest file has 200 MiB")


if __name__ == "__main__":
    main(with_lftp, with_lftp_over_tls, with_sftp, over_the_files_that_are_there, options=options, shared=shared)
