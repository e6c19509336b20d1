"""boxgate is told to stop in the middle of things: what was acknowledged is in Box, what was not is reported as failed."""

import ftplib
import signal
import os
import socket
import time

import clients
from lab import Lab, Failed, expect, expect_equal, main, wait_until
from reload import open_sftp

SIZE = 3_000_000


def begin_store(lab, name, content, login="ann"):
    """The first half of an upload over FTP: control and data connection."""
    ftp = clients.connect_ftp(lab, login=login)
    ftp.voidcmd("TYPE I")
    data = ftp.transfercmd(f"STOR {name}")
    data.sendall(content[:len(content) // 2])
    return ftp, data


def tell_to_stop(lab):
    os.kill(lab.gateway.pid, signal.SIGTERM)
    wait_until(lambda: lab.log_events("stopping"), "the signal was taken")


def exit_code(lab):
    wait_until(lambda: not lab.gateway.running(), "boxgate has ended", seconds=60)
    return lab.gateway.stop()


def transfers_finish_and_idle_ones_are_told(arguments):
    with Lab(arguments.bin) as lab:
        content = os.urandom(SIZE)
        ftp, data = begin_store(lab, "by-ftp", content)
        lab.box.put("ann", "to-fetch", "x" .encode() * 20_000)
        idle = clients.Line(lab, login="ann")
        ssh = open_sftp(lab)
        sftp_file = ssh.open_sftp().open("by-sftp", "wb")
        sftp_file.write(content[:SIZE // 2])
        tell_to_stop(lab)
        expect(idle.reply().startswith("421"), "an idle session is told 421")
        try:
            socket.create_connection(("127.0.0.1", lab.ftp_port), timeout=10).close()
            raise Failed("new connections are still accepted")
        except OSError:
            pass
        data.sendall(content[SIZE // 2:])
        data.close()
        expect(ftp.voidresp().startswith("226"), "the upload over FTP was acknowledged")
        sftp_file.write(content[SIZE // 2:])
        sftp_file.close()  # fails unless CLOSE was answered with success
        expect_equal(exit_code(lab), 0, "exit code")
        for name in ("by-ftp", "by-sftp"):
            expect((lab.box.files("ann") / name).read_bytes() == content, f"{name} is not what was sent")


def what_box_is_taking_in_is_waited_for(arguments):
    with Lab(arguments.bin) as lab:
        content = os.urandom(SIZE)
        ftp, data = begin_store(lab, "slow", content)
        with lab.box.delayed_stores(3):
            data.sendall(content[SIZE // 2:])
            data.close()
            tell_to_stop(lab)
            expect(ftp.voidresp().startswith("226"), "the upload was acknowledged")
        expect_equal(exit_code(lab), 0, "exit code")
        expect((lab.box.files("ann") / "slow").read_bytes() == content, "the file is not what was sent")


def what_does_not_finish_in_time_is_cut_off_and_not_stored(arguments):
    with Lab(arguments.bin, limits={"drain_timeout": "2s"}) as lab:
        content = os.urandom(SIZE)
        whole, whole_data = begin_store(lab, "whole", content)
        half, half_data = begin_store(lab, "half", content)
        ssh = open_sftp(lab)
        sftp_file = ssh.open_sftp().open("half-by-sftp", "wb")
        sftp_file.write(content[:SIZE // 2])
        tell_to_stop(lab)
        whole_data.sendall(content[SIZE // 2:])
        whole_data.close()
        expect(whole.voidresp().startswith("226"), "the one that finished was acknowledged")
        expect_equal(exit_code(lab), 3, "exit code")
        try:
            answer = half.voidresp()
            raise Failed(f"the one that did not finish was answered {answer}")
        except (EOFError, OSError, ftplib.error_temp):
            pass
        half_data.close()
        try:
            sftp_file.write(content[SIZE // 2:])
            sftp_file.close()
            raise Failed("the half file over SFTP was acknowledged")
        except (EOFError, OSError):
            pass
        expect((lab.box.files("ann") / "whole").read_bytes() == content, "the acknowledged file is not in Box")
        for name in ("half", "half-by-sftp"):
            expect(not (lab.box.files("ann") / name).exists(), f"{name} was stored")
        outcomes = {event["path"]: event["outcome"] for event in lab.log_events("upload")}
        expect_equal(outcomes["/whole"], "ok", "the log on the one that finished")
        expect(outcomes["/half"] != "ok", "the log says that the half file arrived")
        expect(not lab.box.upload_sessions(), "an upload session is left open at Box")


def a_second_signal_does_not_wait(arguments):
    """Neither for a client nor for Box: what Box is taking in gets a moment, whatever the deadline says."""
    with Lab(arguments.bin) as lab:
        content = os.urandom(SIZE)
        ftp, data = begin_store(lab, "slow", content)
        with lab.box.delayed_stores(30):
            met = lab.box.ask("GET", "/state")["faults_taken"]
            data.sendall(content[SIZE // 2:])
            data.close()
            wait_until(lambda: lab.box.ask("GET", "/state")["faults_taken"] > met, "Box is taking it in")
            tell_to_stop(lab)
            begin = time.monotonic()
            os.kill(lab.gateway.pid, signal.SIGTERM)
            expect_equal(exit_code(lab), 3, "exit code")
            expect(time.monotonic() - begin < 20, "it waited")
        expect(lab.log_events("uploads_cut_off"), "the log does not tell")
        ftp.close()


if __name__ == "__main__":
    main(transfers_finish_and_idle_ones_are_told, what_box_is_taking_in_is_waited_for,
         what_does_not_finish_in_time_is_cut_off_and_not_stored, a_second_signal_does_not_wait)
