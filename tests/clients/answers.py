"""What goes wrong between boxgate and Box without anybody saying so: content that arrives damaged, and answers that tell of
another file than was sent. A client is told that its file is stored only if Box has exactly that file."""

import ftplib

import clients
from lab import Failed, Lab, expect, expect_equal, main

SMALL = 50_000
LARGE = (50 << 20) + 12_345  # an upload session
STORES = ("POST /files*content", "POST /files/upload_sessions/{id}/commit")
FIELDS = "POST /files*content"
PARTS = "PUT /files/upload_sessions/{id}"


def store(lab, name, size):
    """The source file, and whether curl was told that it is stored."""
    source = clients.noise_file(lab.work / name, size)
    told = clients.curl(lab, "-T", source, clients.ftp_url(lab, name), check=False)
    return source, told.returncode == 0


def has(lab, name):
    path = lab.box.files("ann") / name
    return clients.sha1(path) if path.exists() else None


def content_damaged_on_its_way_is_sent_again(lab, _):
    for name, size, match in (("direct", SMALL, FIELDS), ("session", LARGE, PARTS)):
        with lab.box.faults({"match": match, "damage_request": True, "count": 1}):
            source, stored = store(lab, name, size)
        expect(stored, f"{name}: refused, though Box tells when content is damaged")
        expect_equal(has(lab, name), clients.sha1(source), f"{name}: what Box has")
        refused = [call for call in lab.box.journal() if call.status in (400, 412)]
        expect(refused, f"{name}: Box has noticed nothing")


def another_content_is_no_success(lab, _):
    for name, old in (("new file", None), ("new version", lab.box.put("ann", "new version", b"old"))):
        with lab.box.faults({"match": FIELDS, "damage": True}):
            _, stored = store(lab, name, SMALL)
        expect(not stored, f"{name}: acknowledged, though Box holds another content")
        expect_equal(has(lab, name), old, f"{name}: what Box has")


def another_size_is_no_success(lab, _):
    for name, size in (("direct size", SMALL), ("session size", LARGE)):
        for old in (None, b"old"):
            name += " again" if old else ""
            before = lab.box.put("ann", name, old) if old else None
            with lab.box.faults(*({"match": match, "answer_size": size - 1} for match in STORES)):
                _, stored = store(lab, name, size)
            expect(not stored, f"{name}: acknowledged, though Box tells of another size")
            expect_equal(has(lab, name), before, f"{name}: what Box has")


def a_file_that_others_have_changed_meanwhile_is_not_replaced_unseen(lab, _):
    for name, size in (("direct change", SMALL), ("session change", LARGE)):
        lab.box.put("ann", f"dir/{name}", b"old")
        content = clients.noise_file(lab.work / name, size).read_bytes()
        ftp = clients.connect_ftp(lab)
        ftp.voidcmd("TYPE I")
        ftp.retrlines("MLSD /dir", lambda line: None)  # so that boxgate knows the state it replaces
        with ftp.transfercmd(f"STOR /dir/{name}") as data:
            data.sendall(content[:1000])
            lab.box.put("ann", f"dir/{name}", b"another's")
            data.sendall(content[1000:])
        ftp.voidresp()
        ftp.quit()
        expect_equal(has(lab, f"dir/{name}"), clients.sha1(lab.work / name), f"{name}: what Box has")
        seen = [call for call in lab.box.journal() if call.if_match and call.status == 412]
        expect(seen, f"{name}: Box was not asked to make sure")
        lab.box.ask("POST", "/journal/reset")


def a_damaged_download_is_no_success(lab, _):
    for name, size in (("small", SMALL), ("large", LARGE)):
        source, stored = store(lab, name, size)
        expect(stored, f"{name}: not stored")
        with lab.box.faults({"match": "GET /download", "damage": True}):
            ftp = clients.connect_ftp(lab)
            got = []
            try:
                ftp.retrbinary(f"RETR {name}", got.append)
                raise Failed(f"{name}: FTP acknowledged a damaged download")
            except ftplib.Error as refused:
                expect("SHA-1" in str(refused), f"{name}: FTP said {refused}")
            except ConnectionResetError:  # of the data connection, before the reply was read
                expect("SHA-1" in ftp.getmultiline(), f"{name}: FTP gave another reason")
            expect(len(b"".join(got)) < size, f"{name}: all of it was given over FTP")
            transport, sftp = clients.connect_sftp(lab)
            for ahead in (False, True) if size == SMALL else (True,):
                try:
                    with sftp.open(name) as file:
                        if ahead:
                            file.prefetch(size)
                        file.read()
                    raise Failed(f"{name}: SFTP gave a damaged file to its end")
                except OSError as refused:
                    expect("SHA-1" in str(refused), f"{name}: SFTP said {refused}")
            transport.close()


if __name__ == "__main__":
    main(content_damaged_on_its_way_is_sent_again, a_damaged_download_is_no_success, another_content_is_no_success, another_size_is_no_success,
         a_file_that_others_have_changed_meanwhile_is_not_replaced_unseen,
         shared=lambda arguments: Lab(arguments.bin))
