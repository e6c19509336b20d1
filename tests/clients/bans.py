"""An address that tries many logins is refused all of them, over both protocols; never_ban names those that are not."""

import ftplib
import json
import socket

import paramiko

from lab import PASSWORD, Lab, expect, expect_equal, main

LOGINS = 4  # got wrong until an address is banned
EXEMPT = "127.0.0.9"


def guarded(arguments, users=None):
    lab = Lab(arguments.bin, start=False, users=users)
    gateway = json.loads((lab.directory / "gateway.yaml").read_text())
    # What comes from this machine is exempt unless the file says otherwise.
    gateway["login_guard"] = {"ban_address_after": LOGINS, "never_ban": [EXEMPT]}
    (lab.directory / "gateway.yaml").write_text(json.dumps(gateway))
    lab.start_gateway()
    return lab


def over_ftp(lab, address, login, password):
    """Whether that gets in."""
    with ftplib.FTP(timeout=60, source_address=(address, 0), encoding="utf-8") as ftp:
        ftp.connect("127.0.0.1", lab.ftp_port)
        try:
            ftp.login(login, password)
        except ftplib.error_perm as refused:
            expect(str(refused).startswith("530"), f"{login} was answered {refused}")
            return False
        return True


def over_sftp(lab, address, login, password, key=None):
    link = socket.create_connection(("127.0.0.1", lab.sftp_port), 60, source_address=(address, 0))
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        try:
            client.connect("127.0.0.1", lab.sftp_port, login, password, sock=link, pkey=key, allow_agent=False,
                           look_for_keys=False, timeout=60, banner_timeout=60, auth_timeout=60)
            client.open_sftp().listdir("/")
        except (paramiko.AuthenticationException, paramiko.SSHException):
            return False
        return True


def guess(lab, enters, address, numbers):
    for number in numbers:
        expect(not enters(lab, address, f"made-up-{number}-at-{address}", "a guess"), "a guess was right")


def bans(lab, address):
    return [line for line in lab.log_events("address_banned") if line["peer"] == address]


def an_address_that_guesses_is_refused_all(arguments):
    with guarded(arguments) as lab:
        for guesser, stranger, enters in (("127.0.0.2", "127.0.0.3", over_ftp), ("127.0.0.4", "127.0.0.5", over_sftp)):
            guess(lab, enters, guesser, range(1, LOGINS))
            expect(enters(lab, guesser, "ann", PASSWORD), f"{enters.__name__}: banned too early")
            guess(lab, enters, guesser, [LOGINS])
            expect_equal(len(bans(lab, guesser)), 1, f"{enters.__name__}: bans in the log")
            for other in (over_ftp, over_sftp):
                expect(not other(lab, guesser, "ann", PASSWORD), f"{other.__name__}: {guesser} still gets in")
                expect(other(lab, stranger, "ann", PASSWORD), f"{other.__name__}: {stranger} was banned, too")
            key = paramiko.Ed25519Key.from_private_key_file(str(lab.ssh_key))
            expect(not over_sftp(lab, guesser, "ann", None, key), f"{guesser} still gets in with a key")
            expect(over_sftp(lab, stranger, "ann", None, key), f"{stranger} does not get in with a key")


def who_is_never_banned_may_guess(arguments):
    with guarded(arguments) as lab:
        for enters in (over_ftp, over_sftp):
            guess(lab, enters, EXEMPT, range(2 * LOGINS))
            expect(enters(lab, EXEMPT, "ann", PASSWORD), f"{enters.__name__}: banned, though never_ban names it")
        expect_equal(lab.log_events("address_banned"), [], "bans in the log")


def the_right_password_from_a_wrong_address_is_a_wrong_one(arguments):
    """Were it not counted, the guard's delays would tell a stranger that it is the right one."""
    logins = [f"elsewhere-{number}" for number in range(LOGINS)]
    elsewhere = {"allow_from": ["192.0.2.0/24"], "box_user": "alice@example.com"}
    with guarded(arguments, {login: elsewhere for login in logins}) as lab:
        for stranger, enters in (("127.0.0.6", over_ftp), ("127.0.0.7", over_sftp)):
            for login in logins:
                expect(not enters(lab, stranger, login, PASSWORD), f"{login} got in from {stranger}")
            expect_equal(len(bans(lab, stranger)), 1, f"{enters.__name__}: bans in the log")
        expect_equal({line["reason"] for line in lab.log_events("login_not_admitted")}, {"the address is not in allow_from"},
                     "the log's reasons")


if __name__ == "__main__":
    main(an_address_that_guesses_is_refused_all, who_is_never_banned_may_guess,
         the_right_password_from_a_wrong_address_is_a_wrong_one)
