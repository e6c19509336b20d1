"""A thousand users: how long the table takes to read, at the start and when it changes."""

import json
import time

from cryptography.hazmat.primitives import serialization

import clients
from lab import Lab, expect, expect_equal, main, wait_until

USERS = 1000


class Keys:
    """JWT configurations that differ in how the key is encrypted: each costs what a key of its own would."""

    def __init__(self, lab):
        self._config = json.loads(lab.box.jwt_config.read_text())
        self._auth = self._config["boxAppSettings"]["appAuth"]
        self._key = serialization.load_pem_private_key(self._auth["privateKey"].encode(),
                                                       self._auth["passphrase"].encode())

    def new(self):
        sealed = self._key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                         serialization.BestAvailableEncryption(self._auth["passphrase"].encode()))
        self._auth["privateKey"] = sealed.decode()
        return {"jwt_config": json.dumps(self._config)}


def a_thousand_users_are_read(arguments):
    with Lab(arguments.bin, start=False) as lab:
        ann = json.loads((lab.directory / "users.yaml").read_text())["users"]["ann"]
        app = {"jwt_config": ann.pop("jwt_config")}

        def write(apps):
            table = {"users": {"ann": ann | app} | {f"user{n}": ann | own for n, own in enumerate(apps)},
                     "box_apps": {"main": app}}
            partial = lab.directory / ".users.new"
            partial.write_text(json.dumps(table, indent=1))
            partial.rename(lab.directory / "users.yaml")

        def took(work):
            begin = time.monotonic()
            work()
            return time.monotonic() - begin

        def check():
            code, text = lab.check()
            expect_equal(code, 0, f"exit code of check\n{text}")

        def reloaded(apps):
            before = len(lab.log_events("users_reloaded"))
            write(apps)
            wait_until(lambda: len(lab.log_events("users_reloaded")) > before, "the table was read again")
            reload = lab.log_events("users_reloaded")[-1]
            expect_equal(reload["users"], len(apps) + 1, "users after the change")
            clients.connect_ftp(lab, login=f"user{len(apps) - 1}").quit()
            return reload["ms"]

        one = took(check)
        shared = [{"box_app": "main"}] * USERS
        write(shared)
        sharing = took(check)
        keys = Keys(lab)
        own = [keys.new() for _ in range(USERS)]
        write(own)
        each = took(check)
        start = took(lab.start_gateway)
        clients.connect_ftp(lab, login=f"user{USERS - 1}").quit()
        one_more = reloaded(own + [keys.new()])
        all_new = reloaded([keys.new() for _ in range(USERS)])
        # Only the keys that are new were opened: whatever the machine, that is less by far.
        expect(one_more < all_new * 0.7, f"a reload with one new key took {one_more} ms, with {USERS} {all_new} ms")
        reload_shared = reloaded(shared)
        return (f"check: 1 user {one:.2f} s, {USERS} sharing an app {sharing:.2f} s, {USERS} with a key each {each:.2f} s; "
                f"start with a key each {start:.2f} s; reload: one new key {one_more} ms, {USERS} new keys {all_new} ms, "
                f"shared {reload_shared} ms")


if __name__ == "__main__":
    main(a_thousand_users_are_read)
