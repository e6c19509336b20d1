"""The memory peak of boxgate does not grow with the file: VmHWM for a large file minus that for 64 MiB is at most 8 MiB."""

import clients
from lab import Lab, expect, expect_equal, main

MIB = 1 << 20
SMALL = 64 * MIB
ALLOWED = 8 * MIB


def peak(lab, transfer):
    """VmHWM of a fresh boxgate after one transfer."""
    lab.restart_gateway()
    transfer()
    return lab.memory_peak()


def grows_little(lab, transfer):
    small = peak(lab, lambda: transfer("small"))
    large = peak(lab, lambda: transfer("large"))
    text = f"{small / MIB:.1f} MiB for {SMALL // MIB} MiB, {large / MIB:.1f} MiB for {lab.large // MIB} MiB"
    expect(large - small <= ALLOWED, f"VmHWM {text}")
    return text


def up_over_ftp(lab, _):
    return grows_little(lab, lambda name: clients.curl(lab, "-T", lab.work / name, clients.ftp_url(lab, f"{name} ftp"),
                                                       seconds=600))


def up_over_sftp(lab, _):
    return grows_little(lab, lambda name: clients.sftp(lab, f'put {name} "{name} sftp"', seconds=600))


def down_over_ftp(lab, _):
    return grows_little(lab, lambda name: clients.curl(lab, "-o", lab.work / "got", clients.ftp_url(lab, f"{name} ftp"),
                                                       seconds=600))


def down_over_sftp(lab, _):
    return grows_little(lab, lambda name: clients.sftp(lab, f'get "{name} sftp" got', seconds=600))


def everything_arrived_whole(lab, _):
    for name in ("small", "large"):
        wanted = clients.sha1(lab.work / name)
        for protocol in ("ftp", "sftp"):
            expect_equal(clients.sha1(lab.box.files("ann") / f"{name} {protocol}"), wanted, f"{name} over {protocol}")


def shared(arguments):
    lab = Lab(arguments.bin)
    lab.large = arguments.mib * MIB
    clients.noise_file(lab.work / "small", SMALL)
    clients.noise_file(lab.work / "large", lab.large)
    return lab


def options(parser):
    parser.add_argument("--mib", type=int, default=256, help="size of the large file")


if __name__ == "__main__":
    main(up_over_ftp, up_over_sftp, down_over_ftp, down_over_sftp, everything_arrived_whole, options=options,
         shared=shared)
