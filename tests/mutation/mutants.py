"""The checks that are removed one at a time: where each stands, and which tests must miss it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    before: str      # as often as `times`
    after: str
    targets: tuple   # what the tests need to be built
    tests: str       # a pattern for ctest -R
    times: int = 1


PROGRAMS = ("boxgate", "box-simulator")
ENDPOINTS = "box/api/endpoints.cpp"

MUTANTS = [
    Mutant("content-md5 is not sent", ENDPOINTS,
           'request.headers.set("Content-MD5", std::string(sha1_hex));', "(void)sha1_hex;",
           PROGRAMS, r"clients\.answers"),
    Mutant("Digest of a part is of nothing", ENDPOINTS,
           '    request.headers.set("Digest", "sha=" + base64(sha1));', "(void)sha1;", PROGRAMS, r"clients\.answers"),
    Mutant("Digest of the whole is of nothing", ENDPOINTS,
           'what.request.headers.set("Digest", "sha=" + base64(sha1));', "(void)sha1;", PROGRAMS, r"clients\.answers"),
    Mutant("If-Match is not sent", ENDPOINTS,
           'if (!etag.empty()) what.request.headers.set("If-Match", std::move(etag));', "(void)etag;",
           PROGRAMS, r"clients\.answers"),
    Mutant("as-user is not sent", "box/client.cpp",
           'if (!who.as_user_id().empty()) request.headers.set("As-User", who.as_user_id());', "(void)who;",
           PROGRAMS, r"clients\.answers"),
    Mutant("size of the answer is not compared", "box/commit.cpp",
           "stored.sha1 == digest_hex_ && stored.size.value_or(content_->size()) == content_->size()",
           "stored.sha1 == digest_hex_", PROGRAMS, r"clients\.answers"),
    Mutant("SHA-1 of the answer is not compared", "box/commit.cpp",
           "stored.sha1 == digest_hex_ && stored.size.value_or(content_->size()) == content_->size()",
           "stored.size.value_or(content_->size()) == content_->size()", PROGRAMS, r"clients\.answers"),
    Mutant("SHA-1 of a download is not compared", "box/reader.cpp",
           "damaged_ = hashed_ == size_ && !sha1_hex_.empty() && to_hex(hash_.finish()) != sha1_hex_;", "damaged_ = false;",
           PROGRAMS, r"clients\.answers"),
    Mutant("Retry-After is not obeyed", "box/client.cpp",
           "const auto told = why.retry_after.value_or(std::chrono::seconds(0));",
           "const auto told = std::chrono::seconds(0);\n            why.retry_after.reset();",
           ("unit_box",), r"box\.client$"),
    Mutant("a file with a hole is stored", "box/uploader.cpp",
           'if (content_->has_holes()) co_return failure(errc::aborted, "parts of the file were never written");', "",
           ("conformance_box",), r"conformance\.box\.writing"),
    Mutant("less than ALLO announced is stored", "protocol/ftp/handlers_transfer.cpp",
           "if (received.has_value() && least && (*file)->size() < *least) {", "if (false) {",
           ("integration",), r"integration\.ftp_(data|dialogue)"),
    Mutant("nothing is waited for at the end of clear data", "protocol/ftp/handlers_transfer.cpp",
           "if (received.has_value() && !proven && with", "if (false && received.has_value() && !proven && with",
           ("integration",), r"integration\.ftp_(data|dialogue)"),
    Mutant("the end of TLS data is not proven", "protocol/ftp/data_transfer.cpp",
           "stream_truncated && !with_.with.options.require_close_notify", "stream_truncated",
           ("integration",), r"integration\.ftp_tls"),
    Mutant("a third party may use a passive port", "protocol/ftp/data_channel.cpp",
           "if (gone || conf::unmapped(peer.address()) != expected) continue;", "(void)expected, (void)peer;\n        if (gone) continue;",
           ("integration",), r"integration\.ftp_data"),
    Mutant("data connections need no TLS session of their own", "protocol/ftp/data_channel.cpp",
           "if (must_resume && !stream->is_resumed()) {", "(void)must_resume;\n    if (false) {",
           ("integration",), r"integration\.ftp_tls"),
    Mutant("an address is never banned", "auth/login_guard.cpp",
           "address.banned_until = now + settings_.ban_time;", "", PROGRAMS, r"clients\.bans"),
    Mutant("a login is never banned", "auth/login_guard.cpp",
           "pair.banned_until = now + settings_.ban_time;", "", ("unit_auth",), r"auth\.login_guard"),
    Mutant("received lines keep their CR", "protocol/ftp/line_ends.cpp",
           "if (byte == lf && made > 0 && text[made - 1] == cr) --made;", "", PROGRAMS, r"clients\.line_ends"),
    Mutant("waits are not counted", "server/metrics.cpp",
           'families_->wait_seconds.Add({{"reason", text_of(reason)}}, durations).Observe(seconds(length));',
           "(void)reason, (void)length;", PROGRAMS, r"clients\.seeing"),
    Mutant("path lookups are not counted", "server/metrics.cpp",
           'families_->path_lookups.Add({{"outcome", text_of(outcome)}}).Increment();', "(void)outcome;",
           PROGRAMS, r"clients\.seeing"),
    Mutant("what came before a failed read is dropped", "box/reader.cpp",
           "if (filled.has_error() && room->empty()) co_return", "if (filled.has_error()) co_return",
           ("conformance_box",), r"conformance\.box\.box_download"),
    Mutant("a file that came back is settled away", "box/tree_rename.cpp",
           "there.has_value() && there->id == orphan.id", "false", ("unit_box",), r"box\.tree_rename"),
    Mutant("a deletion is of whatever the file is by now", "box/tree.cpp",
           "endpoints_.remove_file(what.id, what.etag)", "endpoints_.remove_file(what.id)", ("unit_box",), r"box\.tree$"),
    Mutant("a look-up by listing believes the cache alone", "box/resolver.cpp",
           "if (found) co_return std::move(*found);", "", ("unit_box",), r"box\.resolver"),
    Mutant("digests are kept for parts of another size", "box/upload_content.hpp",
           "if (part_size != part_size_) parts_.clear();", "",
           ("conformance_box",), r"conformance\.box\.box_early_upload"),
    Mutant("no memory is kept for sending", "protocol/storage/block.hpp",
           "for_transfers_(blocks - blocks / 8)", "for_transfers_(blocks)", ("unit_storage",), r"storage\.block_pool"),
    Mutant("a full spool gives up on its own parts", "box/upload_content.cpp",
           "(drains_ ? own_patience_ : patience_)", "patience_",
           ("conformance_box",), r"conformance\.box\.box_early_upload"),
    Mutant("half a users' file is taken for a table", "server/reload.cpp",
           "if (is_being_written(got.files) &&", "if (false && is_being_written(got.files) &&",
           ("unit_server",), r"server\.reload"),
    Mutant("what changed before the watch is missed", "server/reload.cpp",
           "if (!now.faults.empty() || !is_same(now.users, present)) request();",
           "if (now.users.users.empty() && !is_same(now.users, present)) request();",
           ("unit_server",), r"server\.reload"),
    Mutant("[::] takes IPv4 from its neighbour", "server/listener.cpp",
           "asio::ip::v6_only(shared)", "asio::ip::v6_only(shared && false)", ("unit_server",), r"server\.listener"),
    Mutant("the right password from a wrong address does not count", "protocol/ftp/handlers_login.cpp",
           "if (account && !is_admitted(with, *account)) account = nullptr;",
           "if (account && !is_admitted(with, *account)) co_return nullptr;", PROGRAMS, r"clients\.bans"),
    Mutant("a limit that is reached makes unready", "box/engine_examine.cpp",
           "if (answer.error().what.code != errc::rate_limited) state", "state",
           ("conformance_box",), r"conformance\.box\.box_probe"),
]
