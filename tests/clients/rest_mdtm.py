"""REST and MDTM are answered 502, and clients that try them still transfer whole files."""

import clients
from lab import Lab, expect, expect_equal, main


def both_are_answered_502_and_not_listed(lab, _):
    line = clients.Line(lab, "ann")
    for command in ("REST 0", "REST 100", "REST", "MDTM file", "MDTM 20200101000000 file", "MFMT 20200101000000 file",
                    "MFF Modify=20200101000000; file"):
        answer = line.ask(command)
        expect(answer.startswith("502 ") and "not supported" in answer, f"{command}: {answer}")
    features = [each.strip().split(" ")[0] for each in line.ask("FEAT").split("\n")]
    for word in ("REST", "MDTM", "MFMT", "MFF"):
        expect(word not in features, f"FEAT lists {word}")
    for word in ("MLST", "SIZE", "EPSV", "UTF8"):
        expect(word in features, f"FEAT does not list {word}: {features}")
    line.close()


def curl_stores_and_fetches_whole_files(lab, _):
    source = clients.noise_file(lab.work / "whole", 1_000_000)
    clients.curl(lab, "-T", source, clients.ftp_url(lab, "curl/whole"), "--ftp-create-dirs")
    expect_equal(clients.sha1(lab.box.files("ann") / "curl/whole"), clients.sha1(source), "stored by curl")
    # -R asks MDTM; the answer does not disturb it.
    clients.curl(lab, "-R", "-o", lab.work / "back", clients.ftp_url(lab, "curl/whole"))
    expect_equal(clients.sha1(lab.work / "back"), clients.sha1(source), "fetched by curl -R")


def curl_is_told_that_it_cannot_resume_a_download_and_then_takes_it_whole(lab, _):
    source = clients.noise_file(lab.work / "resume", 500_000)
    clients.curl(lab, "-T", source, clients.ftp_url(lab, "resume"))
    part = lab.work / "part"
    part.write_bytes(source.read_bytes()[:100_000])
    told = clients.curl(lab, "-v", "-C", "-", "-o", part, clients.ftp_url(lab, "resume"), check=False)
    expect_equal(told.returncode, 31, "exit code of curl -C - (31: the server refused REST)")
    expect("502" in told.stdout, told.stdout)
    clients.curl(lab, "-o", part, clients.ftp_url(lab, "resume"))
    expect_equal(clients.sha1(part), clients.sha1(source), "the whole file after a refused resume")


def curl_cannot_append_to_a_file_and_leaves_it_as_it_is(lab, _):
    source = clients.noise_file(lab.work / "append", 300_000)
    clients.curl(lab, "-T", source, clients.ftp_url(lab, "append"))
    longer = lab.work / "longer"
    longer.write_bytes(source.read_bytes() + b"and more")
    told = clients.curl(lab, "-C", "-", "-T", longer, clients.ftp_url(lab, "append"), check=False)
    expect(told.returncode != 0, "curl -C - -T appended")
    expect_equal(clients.sha1(lab.box.files("ann") / "append"), clients.sha1(source), "the file that was there")
    # A name that is new is simply stored.
    clients.curl(lab, "-C", "-", "-T", longer, clients.ftp_url(lab, "append new"))
    expect_equal(clients.sha1(lab.box.files("ann") / "append new"), clients.sha1(longer), "stored under a new name")


def lftp_starts_over_where_it_cannot_resume(lab, _):
    source = clients.noise_file(lab.work / "lftp file", 700_000)
    clients.lftp(lab, "put 'lftp file'")
    expect_equal(clients.sha1(lab.box.files("ann") / "lftp file"), clients.sha1(source), "stored by lftp")
    part = lab.work / "lftp back"
    part.write_bytes(source.read_bytes()[:100_000])
    clients.lftp(lab, "get -c 'lftp file' -o 'lftp back'")
    expect_equal(clients.sha1(part), clients.sha1(source), "fetched by lftp get -c")
    clients.noise_file(source, 900_000)
    clients.lftp(lab, "put -c 'lftp file'")
    expect_equal(clients.sha1(lab.box.files("ann") / "lftp file"), clients.sha1(source), "stored by lftp put -c")


def sftp_resumes_downloads_and_not_uploads(lab, _):
    source = clients.noise_file(lab.work / "sftp file", 400_000)
    clients.sftp(lab, 'put "sftp file"')
    part = lab.work / "sftp back"
    part.write_bytes(source.read_bytes()[:100_000])
    clients.sftp(lab, 'reget "sftp file" "sftp back"')
    expect_equal(clients.sha1(part), clients.sha1(source), "fetched by sftp reget")
    with open(source, "ab") as file:
        file.write(b"more")
    told = clients.sftp(lab, 'reput "sftp file"', check=False)
    expect(told.returncode != 0, "sftp reput appended")
    expect("unsupported" in told.stdout.lower() or "not supported" in told.stdout.lower(), told.stdout)
    expect_equal((lab.box.files("ann") / "sftp file").stat().st_size, 400_000, "size after a refused reput")


if __name__ == "__main__":
    main(both_are_answered_502_and_not_listed, curl_stores_and_fetches_whole_files,
         curl_is_told_that_it_cannot_resume_a_download_and_then_takes_it_whole,
         curl_cannot_append_to_a_file_and_leaves_it_as_it_is, lftp_starts_over_where_it_cannot_resume,
         sftp_resumes_downloads_and_not_uploads, shared=lambda arguments: Lab(arguments.bin))
