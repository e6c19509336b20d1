"""The FTP clients of the matrix, by name."""

from ftp_commands import Curl, InetutilsActive, InetutilsPassive, Lftp, Ncftp, Rclone, Tnftp, Wget
from ftp_libraries import Aioftp, BasicFtp, Ftplib

# Names that clients quote, split, encode or take for patterns.
AWKWARD = ["with space", "größe äöü", "日本語", "it's", "100%", "a;b&c", "#hash", "[brackets]"]

PROGRAMS = {"curl": Curl, "lftp": Lftp, "ncftp": Ncftp, "tnftp": Tnftp, "inetutils-ftp active": InetutilsActive,
            "inetutils-ftp passive": InetutilsPassive, "wget": Wget, "ftplib": Ftplib, "aioftp": Aioftp,
            "rclone": Rclone, "basic-ftp": BasicFtp}
