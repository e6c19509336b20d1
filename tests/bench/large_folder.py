#!/usr/bin/env python3
"""A folder of 100,000 entries over FTP and SFTP: the first lines come after Box's first page, and the gateway's memory
does not grow with the folder."""

import threading
import time

import bench_lab  # noqa: F401  (finds lab and clients)
import clients
from lab import Lab, expect, expect_equal, main

FOLDER = "large"
PAGE_SECONDS = 0.1  # each page is made to take so long
SETTLED = 30_000  # lines after which the cache has filled and let go of what does not fit
MAY_GROW = 4 << 20


class Sampler(threading.Thread):
    """The gateway's resident memory, twenty times a second, with how many lines the client had."""

    def __init__(self, lab):
        super().__init__(daemon=True)
        self.lab, self.lines, self.samples, self.over = lab, 0, [], False
        self.first_line = None

    def line(self, *_):
        if self.first_line is None:
            self.first_line = time.monotonic()
        self.lines += 1

    def run(self):
        while not self.over:
            self.samples.append((self.lines, resident(self.lab)))
            time.sleep(0.05)


def resident(lab):
    with open(f"/proc/{lab.gateway.pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


def listed(lab, count, work):
    sampler = Sampler(lab)
    before = len(lab.box.journal())
    sampler.start()
    begin = time.monotonic()
    with lab.box.faults({"match": "GET /folders/{id}/items", "delay_ms": int(PAGE_SECONDS * 1000)}):
        work(sampler.line)
    seconds = time.monotonic() - begin
    sampler.over = True
    sampler.join()
    pages = [call for call in lab.box.journal()[before:] if call.is_listing]
    expect_equal(sampler.lines, count, "lines")
    expect_equal(len(pages), (count + 999) // 1000, "pages")
    ahead = sum(page.end <= sampler.first_line for page in pages)
    expect(ahead <= 2, f"the first line came after {ahead} pages")
    settled = [size for lines, size in sampler.samples if lines >= min(SETTLED, count * 3 // 10)]
    growth = max(settled) - settled[0]
    expect(growth <= MAY_GROW, f"memory grew by {growth >> 10} KiB over the last entries")
    return (f"{count} lines in {seconds:.1f} s ({len(pages)} pages), the first after {ahead} page(s); memory "
            f"{settled[0] / 2**20:.1f} MiB after {min(SETTLED, count * 3 // 10)} lines, +{growth / 2**20:.1f} MiB to "
            f"the end")


def over_ftp(lab, arguments):
    ftp = clients.connect_ftp(lab, timeout=300)
    note = listed(lab, arguments.entries, lambda line: ftp.retrlines(f"MLSD /{FOLDER}", line))
    ftp.quit()
    return note


def over_sftp(lab, arguments):
    ssh, sftp = clients.connect_sftp(lab)

    def work(line):
        for entry in sftp.listdir_iter("/" + FOLDER, read_aheads=2):
            line(entry)

    note = listed(lab, arguments.entries, work)
    ssh.close()
    return note


def large_lab(arguments):
    # More pages than Box's budget for a minute is not the question here.
    lab = Lab(arguments.bin, box={"events": "off"}, limits={"box_calls_per_minute": 0})
    rows = [{"user": lab.box.user("ann"), "path": f"/{FOLDER}/entry {number:06}", "content": ""}
            for number in range(arguments.entries)]
    for begin in range(0, len(rows), 2000):
        lab.box.ask("POST", "/seed", rows[begin:begin + 2000])
    return lab


def options(parser):
    parser.add_argument("--entries", type=int, default=100_000)


if __name__ == "__main__":
    main(over_ftp, over_sftp, options=options, shared=large_lab)
