"""Box's own SDK for Node.js against the simulator: what it stores and changes is what the simulator's files hold.

The packages are installed once into the folder of the programs, from the registry that npm is set up for.
"""

import json
import os
import pathlib
import shutil

import clients
from lab import Lab, expect, expect_equal, main

HERE = pathlib.Path(__file__).resolve().parent / "sdk"


def install(lab):
    """The folder with both packages and the scripts."""
    folder = lab.binaries / "sdk"
    folder.mkdir(exist_ok=True)
    wanted = (HERE / "package.json").read_text()
    installed = folder / "package.json"
    complete = folder / "node_modules" / ".package-lock.json"  # npm's own note of what it has installed
    if not complete.exists() or not installed.exists() or installed.read_text() != wanted:
        installed.write_text(wanted)
        lab.run(["npm", "install", "--prefix", folder, "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"],
                seconds=300)
    for script in HERE.glob("*.js"):
        shutil.copy(script, folder)
    return folder


def use(lab, version, user):
    box = lab.box
    job = {"url": box.url, "proxy": f"http://127.0.0.1:{box.proxy_port}", "jwt_config": str(box.jwt_config),
           "user_id": box.user_id(user), "login": box.user(user), "folder": f"by SDK {version}", "small": str(lab.small),
           "large": str(lab.large), "large_part": str(lab.large_part), "back": str(lab.work / f"back-{version}")}
    description = lab.work / f"job-{version}.json"
    description.write_text(json.dumps(job))
    # Nothing that the environment says of proxies: where the calls go is the test's to say.
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    environment["NODE_EXTRA_CA_CERTS"] = str(box.ca_file)

    def node(phase):
        lab.run(["node", lab.sdk / f"v{version}.js", description, phase], seconds=150, env=environment)

    node("store")
    stored = box.files(user) / job["folder"]
    expect_equal(clients.hashes(stored), {"small": clients.sha1(lab.small), "large": clients.sha1(lab.large)},
                 "what the simulator holds")
    node("change")
    expect_equal(clients.sha1(job["back"]), clients.sha1(lab.large), "what was downloaded")
    expect_equal(clients.hashes(stored), {"renamed": clients.sha1(lab.large)}, "what the simulator holds at the end")
    expect_equal(box.upload_sessions(), [], "upload sessions left")


def version_10_by_its_base_urls(lab, _):
    use(lab, 10, "ann")
    expect(not any(call.through_proxy for call in lab.box.journal()), "a call went through the proxy")


def version_3_by_boxs_own_host_names(lab, _):
    before = len(lab.box.journal())
    use(lab, 3, "bob")
    calls = lab.box.journal()[before:]
    expect(calls and all(call.through_proxy for call in calls), "a call went around the proxy")


def shared(arguments):
    lab = Lab(arguments.bin, start=False)
    lab.sdk = install(lab)
    lab.small = clients.noise_file(lab.work / "small", 30_000)
    lab.large_part = clients.noise_file(lab.work / "part", 3_000_000)
    lab.large = clients.noise_file(lab.work / "large", 60 * 1024 * 1024 + 17)
    return lab


if __name__ == "__main__":
    main(version_10_by_its_base_urls, version_3_by_boxs_own_host_names, shared=shared)
