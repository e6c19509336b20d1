// Requests about names.
#include "tests/unit/sftp/sftp_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(server_paths)

using boxgate::sftp::fx;
using boxgate::sftp::packet;
using boxgate::storage::access;
using boxgate::testing::sftp_lab;
using boxgate::testing::sftp_packet;

namespace {

struct fixture : sftp_lab {
    fixture() {
        tree->add_directory("/d/sub");
        tree->add_file("/d/f", std::string("content"));
        greet();
    }

    boxgate::testing::sftp_reply two_paths(sftp_packet made, std::string_view one, std::string_view two) {
        return ask(5, made.text(one).text(two));
    }
    boxgate::testing::sftp_reply rename(std::string_view one, std::string_view two) {
        return two_paths(sftp_packet(packet::rename).u32(5), one, two);
    }
    boxgate::testing::sftp_reply posix_rename(std::string_view one, std::string_view two) {
        return two_paths(sftp_packet(packet::extended).u32(5).text("posix-rename@openssh.com"), one, two);
    }
    boxgate::testing::sftp_reply extended(std::string_view name, std::string_view text) {
        return ask(5, sftp_packet(packet::extended).u32(5).text(name).text(text));
    }
    boxgate::testing::sftp_reply setstat(std::string_view path, sftp_packet made) {
        return ask(5, sftp_packet(packet::setstat).u32(5).text(path).raw(made.bytes().substr(5)));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(stat_and_lstat_show_sizes_and_modes, fixture) {
    for (const auto type : {packet::stat, packet::lstat}) {
        BOOST_TEST(path_request(type, "/d/f").size() == 7u);
        BOOST_TEST(path_request(type, "/d/f").mode() == 0100644u);
        BOOST_TEST(path_request(type, "d").mode() == 0040755u);
        BOOST_TEST((path_request(type, "/none").code() == fx::no_such_file));
        BOOST_TEST((path_request(type, "/d/f/x").code() == fx::no_such_file));
        BOOST_TEST((path_request(type, std::string("/a\0b", 4)).code() == fx::failure));
        BOOST_TEST((path_request(type, std::string(5000, 'x')).code() == fx::failure));
    }
}

BOOST_FIXTURE_TEST_CASE(realpath_resolves_without_asking, fixture) {
    const auto before = tree->faults.calls(boxgate::testing::verb::stat);
    const std::pair<const char*, const char*> cases[] = {
        {".", "/"}, {"", "/"}, {"/a/../b/.", "/b"}, {"../../x", "/x"}, {"/d//sub/", "/d/sub"}};
    for (const auto& [written, resolved] : cases) {
        const auto names = path_request(packet::realpath, written).names();
        BOOST_TEST_REQUIRE(names.size() == 1u);
        BOOST_TEST(names[0].first == resolved);
    }
    BOOST_TEST(tree->faults.calls(boxgate::testing::verb::stat) == before);
}

BOOST_FIXTURE_TEST_CASE(home_and_tilde_are_the_root, fixture) {
    BOOST_TEST(extended("home-directory", "").names()[0].first == "/");
    BOOST_TEST(extended("home-directory", "ann").names()[0].first == "/");
    BOOST_TEST((extended("home-directory", "bob").code() == fx::failure));
    const std::pair<const char*, const char*> cases[] = {{"~", "/"},       {"~/x/y", "/x/y"}, {"~ann", "/"},
                                                         {"~ann/x", "/x"}, {"/d/~", "/d/~"},  {"plain", "/plain"}};
    for (const auto& [written, expanded] : cases) {
        BOOST_TEST(extended("expand-path@openssh.com", written).names()[0].first == expanded);
    }
    BOOST_TEST((extended("expand-path@openssh.com", "~bob/x").code() == fx::failure));
}

BOOST_FIXTURE_TEST_CASE(rename_never_replaces_and_posix_rename_does, fixture) {
    tree->add_file("/d/g", std::string("other"));
    const auto refused = rename("/d/f", "/d/g");
    BOOST_TEST((refused.code() == fx::failure));
    BOOST_TEST(refused.message() != "");
    BOOST_TEST(tree->bytes("/d/g") == "other");
    BOOST_TEST((posix_rename("/d/f", "/d/g").code() == fx::ok));
    BOOST_TEST(tree->bytes("/d/g") == "content");
    BOOST_TEST(!tree->exists("/d/f"));
    BOOST_TEST((rename("/d/g", "/d/f").code() == fx::ok));
    BOOST_TEST((rename("/none", "/d/x").code() == fx::no_such_file));
    BOOST_TEST((posix_rename("/d", "/d/sub/d").code() == fx::failure));
}

BOOST_FIXTURE_TEST_CASE(making_and_removing, fixture) {
    const auto mkdir = [this](std::string_view path) {
        return ask(5, sftp_packet(packet::mkdir).u32(5).text(path).u32(4).u32(0700));
    };
    BOOST_TEST((mkdir("/new").code() == fx::ok));
    BOOST_TEST((mkdir("/new").code() == fx::failure));
    BOOST_TEST((mkdir("/none/new").code() == fx::no_such_file));
    BOOST_TEST((ask(5, sftp_packet(packet::mkdir).u32(5).text("/bare")).code() == fx::ok));  // without attributes
    BOOST_TEST((path_request(packet::rmdir, "/new").code() == fx::ok));
    BOOST_TEST((path_request(packet::rmdir, "/d").code() == fx::failure));
    BOOST_TEST((path_request(packet::remove, "/d").code() == fx::failure));
    BOOST_TEST((path_request(packet::remove, "/d/f").code() == fx::ok));
    BOOST_TEST((path_request(packet::remove, "/d/f").code() == fx::no_such_file));
}

BOOST_FIXTURE_TEST_CASE(setstat_takes_what_has_no_effect_and_refuses_the_rest, fixture) {
    BOOST_TEST((setstat("/d/f", sftp_packet(0).u32(4).u32(0600)).code() == fx::ok));
    BOOST_TEST((setstat("/d/f", sftp_packet(0).u32(2).u32(1).u32(1)).code() == fx::ok));
    BOOST_TEST((setstat("/d/f", sftp_packet(0).u32(1).u64(7)).code() == fx::ok));
    BOOST_TEST((setstat("/d/f", sftp_packet(0).u32(1).u64(3)).code() == fx::op_unsupported));
    BOOST_TEST((setstat("/d/f", sftp_packet(0).u32(8).u32(1).u32(1)).code() == fx::op_unsupported));
    BOOST_TEST((setstat("/none", sftp_packet(0).u32(4).u32(0600)).code() == fx::no_such_file));
    const auto lsetstat = sftp_packet(packet::extended).u32(5).text("lsetstat@openssh.com").text("/d/f").u32(8).u32(1);
    BOOST_TEST((ask(5, sftp_packet(lsetstat).u32(1)).code() == fx::op_unsupported));
    BOOST_TEST(tree->bytes("/d/f") == "content");
}

BOOST_AUTO_TEST_CASE(times_can_be_ignored) {
    boxgate::sftp::options limits;
    limits.ignore_times = true;
    sftp_lab lab(limits);
    lab.tree->add_file("/f", std::string("x"));
    lab.greet();
    const auto times = sftp_packet(packet::setstat).u32(5).text("/f").u32(8).u32(1).u32(1);
    BOOST_TEST((lab.ask(5, times).code() == fx::ok));
}

BOOST_FIXTURE_TEST_CASE(there_are_no_links, fixture) {
    BOOST_TEST((path_request(packet::readlink, "/d/f").code() == fx::op_unsupported));
    BOOST_TEST((two_paths(sftp_packet(packet::symlink).u32(5), "/d/f", "/link").code() == fx::op_unsupported));
}

BOOST_FIXTURE_TEST_CASE(space_is_that_of_the_account, fixture) {
    tree->set_space(8192 * 1024);
    const auto answer = extended("statvfs@openssh.com", "/d");
    BOOST_TEST((answer.type == packet::extended_reply));
    boxgate::sftp::reader from(std::as_bytes(std::span(answer.body)));
    BOOST_TEST(from.u64() == 4096u);
    BOOST_TEST(from.u64() == 4096u);
    BOOST_TEST(from.u64() == 2048u);
    BOOST_TEST(answer.body.size() == 11u * 8);
    const auto handle = open("/d/f", 1);
    const auto by_handle = ask(6, sftp_packet(packet::extended).u32(6).text("fstatvfs@openssh.com").text(handle));
    BOOST_TEST(by_handle.body == answer.body);
    BOOST_TEST((extended("statvfs@openssh.com", "/none").code() == fx::no_such_file));
}

BOOST_FIXTURE_TEST_CASE(a_directory_is_listed_to_its_end, fixture) {
    for (int i = 0; i < 250; ++i) tree->add_file("/many/file" + std::to_string(i), std::string("x"));
    const auto handle = path_request(packet::opendir, "/many").string();
    std::size_t seen = 0;
    for (;;) {
        const auto answer = ask(5, sftp_packet(packet::readdir).u32(5).text(handle));
        if (answer.type == packet::status) {
            BOOST_TEST((answer.code() == fx::eof));
            break;
        }
        const auto names = answer.names();
        if (seen == 0) {
            BOOST_TEST(names[0].first == ".");
            BOOST_TEST(names[1].first == "..");
            BOOST_TEST(names[0].second.starts_with("drwxr-xr-x    1 box      box"));
        }
        seen += names.size();
    }
    BOOST_TEST(seen == 252u);
    BOOST_TEST((ask(5, sftp_packet(packet::readdir).u32(5).text(handle)).code() == fx::eof));
    BOOST_TEST((read(handle, 0, 10).code() == fx::op_unsupported));
    BOOST_TEST((close(handle).code() == fx::ok));
    BOOST_TEST((close(handle).code() == fx::failure));
    BOOST_TEST((path_request(packet::opendir, "/d/f").code() == fx::no_such_file));
    BOOST_TEST(tree->open_listers == 0);
}

BOOST_FIXTURE_TEST_CASE(a_listing_that_fails_says_why, fixture) {
    const auto handle = path_request(packet::opendir, "/d").string();
    tree->faults.fail_next(boxgate::testing::verb::next, {boxgate::storage::errc::rate_limited, "Box asks to wait"});
    const auto answer = ask(5, sftp_packet(packet::readdir).u32(5).text(handle));
    BOOST_TEST((answer.code() == fx::failure));
    BOOST_TEST(answer.message() == "Box asks to wait");
}

BOOST_AUTO_TEST_CASE(what_an_account_may_not_do_is_denied) {
    boxgate::sftp::options limits;
    limits.granted = access::list | access::download;
    sftp_lab lab(limits);
    lab.tree->add_file("/f", std::string("x"));
    lab.greet();
    BOOST_TEST((lab.try_open("/new", 0x1a).code() == fx::permission_denied));
    BOOST_TEST((lab.path_request(packet::remove, "/f").code() == fx::permission_denied));
    BOOST_TEST(lab.path_request(packet::stat, "/f").mode() == 0100444u);
}

BOOST_AUTO_TEST_SUITE_END()
