"""A thousand users: how long the table takes to read, at the start and when it changes."""

import json
import time

import clients
from lab import Lab, expect, expect_equal, main, wait_until

USERS = 1000


def a_thousand_users_are_read(arguments):
    with Lab(arguments.bin, start=False) as lab:
        def write(count, shared):
            ann = json.loads((lab.directory / "users.yaml").read_text())["users"]["ann"]
            app = {"jwt_config": ann.pop("jwt_config")} if "jwt_config" in ann else {"jwt_config": str(lab.box.jwt_config)}
            ann.pop("box_app", None)
            table = {"users": {"ann": ann | app} | {f"user{n}": ann | ({"box_app": "main"} if shared else app)
                                                    for n in range(count)}}
            table["box_apps"] = {"main": app}
            partial = lab.directory / ".users.new"
            partial.write_text(json.dumps(table, indent=1))
            partial.rename(lab.directory / "users.yaml")

        def check_takes():
            begin = time.monotonic()
            code, text = lab.check()
            expect_equal(code, 0, f"exit code of check\n{text}")
            return time.monotonic() - begin

        one = check_takes()
        write(USERS, shared=False)
        each = check_takes()
        write(USERS, shared=True)
        shared = check_takes()
        lab.start_gateway()
        clients.connect_ftp(lab, login=f"user{USERS - 1}").quit()
        write(USERS + 1, shared=True)
        wait_until(lambda: lab.log_events("users_reloaded"), "the table was read again")
        reload = lab.log_events("users_reloaded")[0]
        expect_equal(reload["users"], USERS + 2, "users after the change")
        clients.connect_ftp(lab, login=f"user{USERS}").quit()
        return (f"check: 1 user {one:.2f} s, {USERS} sharing an app {shared:.2f} s, {USERS} with a key each {each:.2f} s; "
                f"reload of {USERS + 2}: {reload['ms']} ms")


if __name__ == "__main__":
    main(a_thousand_users_are_read)
