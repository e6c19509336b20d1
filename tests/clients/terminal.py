"""Passwords that are typed at a terminal: asked for twice, never shown, and the terminal is left as it was."""

import contextlib
import os
import pty
import select
import signal
import subprocess
import termios
import time

import clients
from lab import Lab, expect, expect_equal, main

SECRET = "top-secret word"


class Terminal:
    """A program at a pseudo terminal of its own; `screen` is all that a person would have seen."""

    def __init__(self, command, cwd):
        self.screen = ""
        self._master, self._slave = pty.openpty()
        # As a shell's child: Ctrl-C reaches it, because the terminal is its controlling one.
        self._process = subprocess.Popen([str(word) for word in command], stdin=self._slave, stdout=self._slave,
                                         stderr=self._slave, cwd=cwd, start_new_session=True,
                                         preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._master)
        os.close(self._slave)

    def echoes(self):
        return bool(termios.tcgetattr(self._slave)[3] & termios.ECHO)

    def see(self, text, seconds=30):
        """Waits until the screen shows `text` behind what was waited for before."""
        deadline = time.monotonic() + seconds
        seen = len(self.screen)
        while text not in self.screen[seen:]:
            left = deadline - time.monotonic()
            expect(left > 0, f"'{text}' was not shown, but:\n{self.screen}")
            if select.select([self._master], [], [], left)[0]:
                self.screen += os.read(self._master, 4096).decode(errors="replace")

    def type(self, text):
        os.write(self._master, text.encode())

    def answer(self, prompt, text):
        self.see(prompt)
        expect(not self.echoes(), f"the terminal echoes behind '{prompt}'")
        self.type(text + "\n")

    def end(self, seconds=30):
        """The exit code."""
        deadline = time.monotonic() + seconds
        while self._process.poll() is None or select.select([self._master], [], [], 0)[0]:
            expect(time.monotonic() < deadline, f"it does not end:\n{self.screen}")
            if select.select([self._master], [], [], 0.05)[0]:
                with contextlib.suppress(OSError):
                    self.screen += os.read(self._master, 4096).decode(errors="replace")
        return self._process.returncode


def at_terminal(lab, *words):
    return Terminal([lab.program("boxgate"), *words], lab.work)


def hash_password_asks_twice_and_shows_nothing(arguments):
    with Lab(arguments.bin, start=False) as lab:
        with at_terminal(lab, "hash-password") as seen:
            seen.answer("Password: ", SECRET)
            seen.answer("Again: ", SECRET)
            expect_equal(seen.end(), 0, "exit code")
            expect(SECRET not in seen.screen, f"the password was shown:\n{seen.screen}")
            expect(seen.echoes(), "the terminal stays silent")
            made = seen.screen.split()[-1]
        lab.write_settings({"ann": {"password": made}}, {}, {}, {})
        lab.start_gateway()
        clients.connect_ftp(lab, password=SECRET).quit()


def two_different_ones_are_refused(arguments):
    with Lab(arguments.bin, start=False) as lab, at_terminal(lab, "hash-password") as seen:
        seen.answer("Password: ", SECRET)
        seen.answer("Again: ", SECRET + "s")
        expect_equal(seen.end(), 1, "exit code")
        expect("not the same" in seen.screen and "$y$" not in seen.screen, f"shown:\n{seen.screen}")


def user_add_shows_lines_that_work_and_no_password(arguments):
    with Lab(arguments.bin) as lab:
        with at_terminal(lab, "user", "add", "carl", "--box-user", "bob@example.com", "--box-app", "main") as seen:
            seen.answer("Password: ", SECRET)
            seen.answer("Again: ", SECRET)
            expect_equal(seen.end(), 0, "exit code")
            expect(SECRET not in seen.screen, f"the password was shown:\n{seen.screen}")
            shown = seen.screen.replace("\r\n", "\n")
        (lab.directory / "users.yaml").write_text(
            f"box_apps:\n  main: {{jwt_config: {lab.box.jwt_config}}}\nusers:\n{shown[shown.index(chr(10) + '  ') + 1:]}")
        code, text = lab.check()
        expect_equal(code, 0, f"exit code of check\n{text}")
        lab.restart_gateway()
        clients.connect_ftp(lab, login="carl", password=SECRET).quit()


def who_gives_up_gets_the_echo_back(arguments):
    with Lab(arguments.bin, start=False) as lab:
        for key, code in (("\x03", -signal.SIGINT), ("\x04", 1)):
            with at_terminal(lab, "hash-password") as seen:
                seen.see("Password: ")
                expect(not seen.echoes(), "the terminal echoes")
                seen.type(key)
                expect_equal(seen.end(), code, f"exit code after {key!r}")
                expect(seen.echoes(), f"the terminal stays silent after {key!r}")


if __name__ == "__main__":
    main(hash_password_asks_twice_and_shows_nothing, two_different_ones_are_refused,
         user_add_shows_lines_that_work_and_no_password, who_gives_up_gets_the_echo_back)
