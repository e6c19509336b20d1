"""testssl.sh finds nothing worse than low: server defaults, forward secrecy, protocols, vulnerabilities."""

import json

from lab import Lab, expect, main

HARMLESS = ("OK", "INFO", "LOW", "DEBUG")
# What it says of the openssl program that it runs with, and not of the server.
OF_ITSELF = ("engine_problem",)


def scan(lab, words, port):
    report = lab.directory / f"testssl-{port}.json"
    report.unlink(missing_ok=True)
    done = lab.run(["testssl", "--quiet", "--color", "0", "--warnings", "batch", "--connect-timeout", "20",
                    "--openssl-timeout", "20", "--jsonfile", report, "-s", "-f", "-p", "-P", "-U", *words,
                    f"localhost:{port}"], seconds=1500, check=False)
    findings = json.loads(report.read_text())
    expect(len(findings) > 40, f"testssl.sh has found too little to have looked:\n{done.stdout}")
    worse = [f"{one['id']}: {one['severity']} {one['finding']}" for one in findings
             if one["severity"] not in HARMLESS and one["id"] not in OF_ITSELF]
    expect(not worse, "\n".join(worse))
    low = sorted({one["id"] for one in findings if one["severity"] == "LOW"})
    return f"{len(findings)} findings; low: {', '.join(low) or 'none'}"


def explicit(lab, _):
    return scan(lab, ["-t", "ftp"], lab.ftp_port)


def implicit(lab, _):
    return scan(lab, [], lab.ftps_port)


if __name__ == "__main__":
    main(explicit, implicit, shared=lambda arguments: Lab(arguments.bin))
