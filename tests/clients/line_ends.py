"""TYPE A: bytes pass unchanged, but for accounts that want their lines converted."""

import ftplib
import os

import clients
from lab import Lab, expect, expect_equal, main

UNIX = b"one\ntwo\n\nfour, with a \r in it\nlast"
WIRE = UNIX.replace(b"\n", b"\r\n")


def refused(ftp, command, code):
    try:
        answer = ftp.sendcmd(command)
    except ftplib.Error as error:
        answer = str(error)
    expect(answer.startswith(code), f"{command} was answered {answer}")


def put(ftp, name, content, verb="STOR", block=8192, mode="A"):
    """Bytes as they are: ftplib's own storlines would convert, and storbinary says TYPE I."""
    ftp.voidcmd(f"TYPE {mode}")
    with ftp.transfercmd(f"{verb} {name}" if name else verb) as data:
        for at in range(0, len(content), block):
            data.sendall(content[at:at + block])
    return ftp.voidresp()


def get(ftp, name, mode="A"):
    ftp.voidcmd(f"TYPE {mode}")
    with ftp.transfercmd(f"RETR {name}") as data, data.makefile("rb") as stream:
        content = stream.read()
    ftp.voidresp()
    return content


def in_box(lab, name):
    return (lab.box.files("ann") / name).read_bytes()


def lines_are_converted_where_the_account_says_so(arguments):
    with Lab(arguments.bin, users={"ann": {"ascii_conversion": True}}) as lab:
        ftp = clients.connect_ftp(lab)
        put(ftp, "text", WIRE)
        expect_equal(in_box(lab, "text"), UNIX, "what Box has of a text")
        expect_equal(get(ftp, "text"), WIRE, "a text as lines")
        expect_equal(get(ftp, "text", "I"), UNIX, "a text as an image")
        put(ftp, "image", WIRE, mode="I")
        expect_equal(in_box(lab, "image"), WIRE, "what Box has of an image")
        expect_equal(get(ftp, "image"), WIRE, "lines that end in CRLF already")
        put(ftp, "pieces", WIRE, block=1)
        expect_equal(in_box(lab, "pieces"), UNIX, "a text that came byte by byte")
        put(ftp, "end", b"a lone \r at the end\r")
        expect_equal(in_box(lab, "end"), b"a lone \r at the end\r", "a CR at the end")
        put(ftp, "empty", b"")
        expect_equal(in_box(lab, "empty"), b"", "nothing")
        before = {path.name for path in lab.box.files("ann").iterdir()}
        put(ftp, "", WIRE, "STOU")
        (new,) = {path.name for path in lab.box.files("ann").iterdir()} - before
        expect_equal(in_box(lab, new), UNIX, "what STOU has stored")
        ftp.quit()


def a_large_text_comes_back_as_it_went(arguments):
    """Many blocks of 256 KiB, whose ends fall wherever the lines' lengths let them."""
    with Lab(arguments.bin, users={"ann": {"ascii_conversion": True}}) as lab:
        text = b"".join(os.urandom(1 + at % 7).hex().encode() + b"\n" * (1 + at % 3) for at in range(400_000))
        wire = text.replace(b"\n", b"\r\n")
        ftp = clients.connect_ftp(lab, timeout=120)
        put(ftp, "large", wire, block=100_003)
        expect(in_box(lab, "large") == text, "Box has another text")
        expect(get(ftp, "large") == wire, "another text came back")
        ftp.quit()
        return f"{len(wire)} bytes"


def sizes_are_not_told_and_announcements_not_binding(arguments):
    with Lab(arguments.bin, users={"ann": {"ascii_conversion": True}}) as lab:
        ftp = clients.connect_ftp(lab)
        ftp.voidcmd("TYPE A")
        expect("estimate" in ftp.sendcmd(f"ALLO {len(WIRE)}"), "ALLO's answer does not say what it means")
        put(ftp, "text", WIRE)
        expect_equal(in_box(lab, "text"), UNIX, "what Box has")
        refused(ftp, "SIZE text", "550")
        ftp.voidcmd("TYPE I")
        expect_equal(ftp.size("text"), len(UNIX), "SIZE under TYPE I")
        ftp.quit()


def without_the_setting_nothing_changes(arguments):
    with Lab(arguments.bin) as lab:
        ftp = clients.connect_ftp(lab)
        for content in (WIRE, UNIX):
            put(ftp, "text", content)
            expect_equal(in_box(lab, "text"), content, "what Box has")
            expect_equal(get(ftp, "text"), content, "what came back")
            expect_equal(ftp.sendcmd("SIZE text"), f"213 {len(content)}", "SIZE under TYPE A")
        ftp.voidcmd(f"ALLO {len(WIRE)}")
        try:
            answer = put(ftp, "short", UNIX)
        except ftplib.Error as error:
            answer = str(error)
        expect(answer.startswith("4"), f"fewer bytes than ALLO announced were answered {answer}")
        ftp.quit()


if __name__ == "__main__":
    main(lines_are_converted_where_the_account_says_so, a_large_text_comes_back_as_it_went,
         sizes_are_not_told_and_announcements_not_binding, without_the_setting_nothing_changes)
