"""Every FTP client program does what its users do, in every mode it has: plain, explicit and implicit TLS."""

import clients
from ftp_programs import AWKWARD, PROGRAMS
from lab import Lab, expect, expect_equal, main


def use(lab, name, mode):
    """Lists awkward names, stores, fetches, compares, renames, deletes, makes and removes a folder."""
    program = PROGRAMS[name](lab, mode)
    shown = program.list("awkward")
    for each in AWKWARD:
        expect(each in shown, f"the listing lacks {each!r}:\n{shown}")
    source = lab.work / "source"
    back = lab.work / "back"
    back.unlink(missing_ok=True)
    if getattr(program, "only_reads", False):
        program.get("awkward/with space", back)
        expect_equal(back.read_bytes(), b"awkward", "what was fetched")
        return
    box = lab.box.files("ann")
    program.put(source, "größe it's.bin")
    expect_equal(clients.sha1(box / "größe it's.bin"), clients.sha1(source), "what Box has")
    program.get("größe it's.bin", back)
    expect_equal(clients.sha1(back), clients.sha1(source), "what came back")
    program.rename("größe it's.bin", "new name.bin")
    expect_equal(clients.sha1(box / "new name.bin"), clients.sha1(source), "what Box has after renaming")
    expect(not (box / "größe it's.bin").exists(), "the old name is still there")
    program.delete("new name.bin")
    expect(not (box / "new name.bin").exists(), "the file is still there")
    program.mkdir("new folder")
    expect((box / "new folder").is_dir(), "there is no new folder")
    program.rmdir("new folder")
    expect(not (box / "new folder").exists(), "the folder is still there")
    lab.expect_nothing_held()


def case(name, mode):
    def run(lab, _):
        use(lab, name, mode)
    run.__name__ = f"{name}_{mode}".replace(" ", "_").replace("-", "_")
    return run


def shared(arguments):
    lab = Lab(arguments.bin)
    for name in AWKWARD:
        lab.box.put("ann", f"awkward/{name}", b"awkward")
    clients.noise_file(lab.work / "source", 300_001)
    return lab


if __name__ == "__main__":
    main(*(case(name, mode) for name, program in PROGRAMS.items() for mode in program.modes), shared=shared)
