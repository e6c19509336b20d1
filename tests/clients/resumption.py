"""curl and lftp resume the control connection's TLS session where the server insists on it."""

import clients
from lab import Lab, expect, expect_equal, main


def curl_does(lab, _):
    source = clients.noise_file(lab.work / "source", 200_000)
    clients.curl(lab, "--ssl-reqd", "-T", source, clients.ftp_url(lab, "by curl"))
    clients.curl(lab, "--ssl-reqd", "-o", lab.work / "back", clients.ftp_url(lab, "by curl"))
    expect_equal(clients.sha1(lab.work / "back"), clients.sha1(source), "what came back")


def lftp_does(lab, _):
    source = clients.noise_file(lab.work / "source", 200_000)
    clients.lftp(lab, "put source -o 'by lftp'; get 'by lftp' -o 'back lftp'", "ftps")
    expect_equal(clients.sha1(lab.work / "back lftp"), clients.sha1(source), "what came back")


def who_does_not_is_refused(lab, _):
    """Python's ftplib opens each data connection with a session of its own."""
    ftp = clients.connect_ftp(lab, tls=True)
    try:
        ftp.retrlines("NLST", lambda line: None)
    except Exception as refused:
        expect("522" in str(refused) or "EOF" in type(refused).__name__ + str(refused), repr(refused))
    else:
        raise AssertionError("a data connection without resumption was served")
    ftp.close()


if __name__ == "__main__":
    main(curl_does, lftp_does, who_does_not_is_refused,
         shared=lambda arguments: Lab(arguments.bin, ftp={"tls": {
             "mode": "required", "certificate": "ftp.pem", "private_key": "ftp.key", "implicit_listen": "127.0.0.1:0",
             "require_session_reuse": True}}))
