"""What Box is asked, read from the simulator's journal: as few calls as the work needs, and no others."""

import clients
from lab import Lab, expect, expect_equal, main


def calls(lab, work):
    """The journal of what `work` caused, content requests to the data host among them, token and event calls aside."""
    before = len(lab.box.journal())
    work()
    return [call for call in lab.box.journal()[before:] if not (call.is_token or call.is_event)]


def words(journal):
    return [call.endpoint for call in journal]


def five_thousand_entries_are_five_listing_calls(lab, _):
    lab.box.seed("ann", "five thousand", 5000)
    ftp = clients.connect_ftp(lab)
    ftp.cwd("/")
    names = []
    journal = calls(lab, lambda: ftp.retrlines("MLSD /five thousand", names.append))
    expect_equal(len(names), 5000, "lines of the listing")
    listings = [call for call in journal if call.is_listing]
    others = [call for call in journal if not call.is_listing]
    folder = [call for call in listings if call.of_folder("five thousand")]
    expect_equal(len(folder), 5, "listing calls")
    # Finding the folder in a root nobody has looked at takes one call, of either kind.
    expect(len(listings) + len(others) <= 6, f"calls besides: {words(journal)}")
    ftp.quit()


def a_listed_file_downloads_with_one_call_and_one_data_request(lab, _):
    lab.box.put("ann", "down/file", b"x" * 100_000)
    ftp = clients.connect_ftp(lab)
    ftp.voidcmd("TYPE I")
    ftp.retrlines("MLSD /down", lambda line: None)
    got = []
    journal = calls(lab, lambda: ftp.retrbinary("RETR /down/file", got.append))
    expect_equal(b"".join(got), b"x" * 100_000, "content")
    expect_equal(sorted(call.is_data for call in journal), [False, True], f"calls were {words(journal)}")
    expect(any(call.is_download for call in journal), f"calls were {words(journal)}")
    ftp.quit()


def a_listed_file_downloads_over_sftp_with_one_call_and_one_data_request(lab, _):
    lab.box.put("ann", "down2/file", b"y" * 100_000)
    clients.sftp(lab, "ls down2")
    journal = calls(lab, lambda: clients.sftp(lab, "get down2/file sftp-got"))
    expect_equal((lab.work / "sftp-got").read_bytes(), b"y" * 100_000, "content")
    expect_equal(sorted(call.is_data for call in journal), [False, True], f"calls were {words(journal)}")


def a_new_small_file_into_a_known_folder_is_one_call(lab, _):
    source = clients.noise_file(lab.work / "small", 4096)
    lab.box.put("ann", "up/first", b"x")
    ftp = clients.connect_ftp(lab)
    ftp.retrlines("MLSD /up", lambda line: None)
    for number in range(3):
        with open(source, "rb") as file:
            journal = calls(lab, lambda: ftp.storbinary(f"STOR /up/new {number}", file))
        expect_equal([call.is_upload for call in journal], [True], f"calls were {words(journal)}")
    ftp.quit()


def a_new_small_file_over_sftp_is_one_call_and_one_for_the_stat_before(lab, _):
    # OpenSSH asks whether the target exists. That it does not is never believed to the cache alone.
    clients.noise_file(lab.work / "small2", 4096)
    lab.box.put("ann", "up2/first", b"x")
    clients.sftp(lab, "ls up2")
    journal = calls(lab, lambda: clients.sftp(lab, "put small2 up2/new"))
    expect_equal(words(journal), ["OPTIONS /files/content", "POST /files/content"], "calls")


def a_200_mib_upload_has_three_parts_under_way_at_once(lab, arguments):
    source = clients.noise_file(lab.work / "large", 200 << 20)
    with lab.box.delayed_parts(seconds=0.2):
        journal = calls(lab, lambda: clients.curl(lab, "-T", source, clients.ftp_url(lab, "large"), seconds=180))
    expect_equal(clients.sha1(lab.box.files("ann") / "large"), clients.sha1(source), "the stored file")
    edges = []
    for call in journal:
        if call.is_part:
            edges += [(call.begin, 1), (call.end, -1)]
    most = under_way = 0
    for _, step in sorted(edges):
        under_way += step
        most = max(most, under_way)
    expect(most >= 3, f"at most {most} parts overlapped")
    expect(most <= 4, f"{most} parts overlapped")
    source.unlink()
    return f"{len(edges) // 2} parts, {most} at once"


if __name__ == "__main__":
    main(five_thousand_entries_are_five_listing_calls, a_listed_file_downloads_with_one_call_and_one_data_request,
         a_listed_file_downloads_over_sftp_with_one_call_and_one_data_request,
         a_new_small_file_into_a_known_folder_is_one_call, a_new_small_file_over_sftp_is_one_call_and_one_for_the_stat_before,
         a_200_mib_upload_has_three_parts_under_way_at_once, shared=lambda arguments: Lab(arguments.bin))
