#include "protocol/storage/guarded_filesystem.hpp"

#include "tests/support/memory_filesystem.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(guarded_filesystem)

namespace asio = boost::asio;
using namespace boxgate::storage;
using boxgate::storage::access;  // unistd.h has one too
using boxgate::storage::guarded_filesystem;
using boxgate::testing::memory_filesystem;
using boxgate::testing::memory_tree;
using boxgate::testing::run_coro;
using boxgate::testing::verb;

namespace {

path at(const char* text) {
    return path::parse(text).value();
}

template <class T>
std::optional<failure> fault_of(const result<T>& outcome) {
    if (outcome.has_error()) return outcome.error();
    return std::nullopt;
}

// A tree with /file and /empty, seen by an account with certain permissions.
struct account {
    explicit account(boxgate::storage::access_rules granted) : guarded(inner(), std::move(granted)) {
        tree->add_file("/file", "old");
        tree->add_directory("/empty");
    }
    std::unique_ptr<filesystem> inner() {
        tree = std::make_shared<memory_tree>();
        return std::make_unique<memory_filesystem>(tree, block_pool::create(0));
    }
    template <class T>
    T run(asio::awaitable<T> work) {
        return run_coro(context, std::move(work));
    }
    // Stores four bytes through the guard; what went wrong, at open or at commit.
    std::optional<failure> store(const char* where, write_mode mode) {
        auto opened = run(guarded.open_write(at(where), mode, std::nullopt));
        if (opened.has_error()) return opened.error();
        return fault_of(run((*opened)->commit([] { return true; })));
    }

    asio::io_context context;
    std::shared_ptr<memory_tree> tree;
    boxgate::storage::guarded_filesystem guarded;
};

// One thing a client may want, what it takes, and how the refusal calls what is missing.
struct wish {
    const char* name;
    access needed;
    const char* missing;
    verb reached;  // the verb of the inner filesystem that must stay untouched by a refusal
    std::function<std::optional<failure>(account&)> make;
};

const std::vector<wish>& wishes() {
    static const std::vector<wish> all = {
        {"list", access::list, "list", verb::list, [](account& a) { return fault_of(a.run(a.guarded.list(path()))); }},
        {"open_read", access::download, "download", verb::open_read,
         [](account& a) { return fault_of(a.run(a.guarded.open_read(at("/file")))); }},
        {"open_write of a new name", access::upload, "upload", verb::commit,
         [](account& a) { return a.store("/new", write_mode::replace); }},
        {"open_write create", access::upload, "upload", verb::commit,
         [](account& a) { return a.store("/new", write_mode::create); }},
        {"make_directory", access::mkdir, "mkdir", verb::make_directory,
         [](account& a) { return fault_of(a.run(a.guarded.make_directory(at("/made")))); }},
        {"remove_file", access::remove, "delete", verb::remove_file,
         [](account& a) { return fault_of(a.run(a.guarded.remove_file(at("/file")))); }},
        {"remove_directory", access::remove, "delete", verb::remove_directory,
         [](account& a) { return fault_of(a.run(a.guarded.remove_directory(at("/empty")))); }},
        {"rename", access::rename, "rename", verb::rename,
         [](account& a) { return fault_of(a.run(a.guarded.rename(at("/file"), at("/other"), false))); }},
        {"copy", access::download | access::upload, "", verb::copy,
         [](account& a) { return fault_of(a.run(a.guarded.copy(at("/file"), at("/other")))); }},
    };
    return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_set_of_permissions_allows_exactly_its_verbs) {
    int refused = 0;
    for (unsigned bits = 0; bits <= static_cast<unsigned>(access::all); ++bits) {
        const auto held = static_cast<access>(bits);
        for (const auto& wanted : wishes()) {
            account subject(held);
            const auto fault = wanted.make(subject);
            if (fault.has_value() == grants(held, wanted.needed)) {
                BOOST_ERROR(wanted.name << " with permissions " << bits << (fault ? " refused: " : " allowed")
                                        << (fault ? fault->detail : ""));
            }
            if (!fault) continue;
            ++refused;
            if (fault->code != errc::denied) BOOST_ERROR(wanted.name << ": " << *fault);
            if (fault->detail.find(wanted.missing) == std::string::npos) BOOST_ERROR(wanted.name << ": " << *fault);
            if (subject.tree->faults.calls(wanted.reached) != 0) BOOST_ERROR(wanted.name << " was passed on");
        }
    }
    // Half the sets lack any one permission; three quarters lack one of copy's two.
    BOOST_TEST(refused == 128 / 2 * 8 + 128 / 4 * 3);
}

BOOST_AUTO_TEST_CASE(any_permission_at_all_allows_stat_and_space) {
    for (unsigned bits = 0; bits <= static_cast<unsigned>(access::all); ++bits) {
        account subject(static_cast<access>(bits));
        const auto stat = subject.run(subject.guarded.stat(at("/file")));
        const auto space = subject.run(subject.guarded.space(path()));
        BOOST_REQUIRE_EQUAL(stat.has_error(), bits == 0);
        // What is in it only for who may fetch it: a hash confirms what is guessed.
        if (bits != 0)
            BOOST_TEST(stat->sha1.empty() == ((static_cast<access>(bits) & access::download) == access::none));
        BOOST_REQUIRE_EQUAL(space.has_error(), bits == 0);
        if (bits != 0) continue;
        BOOST_TEST(stat.error().code == errc::denied);
        BOOST_TEST(space.error().code == errc::denied);
    }
}

BOOST_AUTO_TEST_CASE(entries_say_what_is_allowed_at_their_own_paths) {
    constexpr auto reads = access::list | access::download;
    account subject(boxgate::storage::access_rules(reads, {{at("/empty"), reads | access::remove}}));
    subject.tree->add_file("/empty/inside", "x");
    const auto file = subject.run(subject.guarded.stat(at("/file")));
    BOOST_TEST((file->allowed == reads));
    const auto inside = subject.run(subject.guarded.stat(at("/empty/inside")));
    BOOST_TEST((inside->allowed == (reads | access::remove)));
    for (const auto* directory : {"/", "/empty"}) {
        const auto lister = subject.run(subject.guarded.list(at(directory)));
        const auto some = subject.run((*lister)->next(10));
        BOOST_TEST_REQUIRE(!some->empty());
        for (const auto& one : *some) {
            const auto expected = one.name == "file" ? reads : reads | access::remove;
            BOOST_TEST((one.allowed == expected), directory << " " << one.name);
        }
    }
}

BOOST_AUTO_TEST_CASE(without_overwrite_a_replace_becomes_a_create_and_nothing_is_looked_up) {
    account subject(access::upload);
    const auto fault = subject.store("/file", write_mode::replace);
    BOOST_REQUIRE(fault.has_value());
    BOOST_TEST(fault->code == errc::exists);
    BOOST_TEST(subject.tree->bytes("/file") == "old");
    BOOST_TEST(subject.tree->faults.calls(verb::stat) == 0u);
}

BOOST_AUTO_TEST_CASE(upload_with_overwrite_replaces_without_a_look_beforehand) {
    account subject(access::upload | access::overwrite);
    BOOST_TEST(!subject.store("/file", write_mode::replace).has_value());
    BOOST_TEST(subject.tree->bytes("/file").empty());
    BOOST_TEST(subject.tree->faults.calls(verb::stat) == 0u);
}

BOOST_AUTO_TEST_CASE(overwrite_alone_replaces_what_exists) {
    account subject(access::overwrite);
    BOOST_TEST(!subject.store("/file", write_mode::replace).has_value());
    BOOST_TEST(subject.tree->versions("/file") == 2u);
}

BOOST_AUTO_TEST_CASE(overwrite_alone_may_not_store_under_a_new_name) {
    account subject(access::overwrite);
    for (const auto mode : {write_mode::replace, write_mode::create}) {
        const auto fault = subject.store("/new", mode);
        BOOST_REQUIRE(fault.has_value());
        BOOST_TEST(fault->code == errc::denied);
        BOOST_TEST(fault->detail.find("upload") != std::string::npos);
    }
    BOOST_TEST(subject.store("/file", write_mode::create)->code == errc::denied);
    BOOST_TEST(!subject.tree->exists("/new"));
}

BOOST_AUTO_TEST_CASE(overwrite_alone_reports_why_it_could_not_look) {
    account subject(access::overwrite);
    subject.tree->faults.fail_next(verb::stat, failure(errc::unavailable, "Box is down"));
    BOOST_TEST(subject.store("/file", write_mode::replace)->code == errc::unavailable);
}

BOOST_AUTO_TEST_CASE(rename_replaces_only_with_overwrite) {
    account careful(access::rename);
    careful.tree->add_file("/other", "kept");
    const auto fault = careful.run(careful.guarded.rename(at("/file"), at("/other"), true));
    BOOST_REQUIRE(fault.has_error());
    BOOST_TEST(fault.error().code == errc::exists);
    BOOST_TEST(careful.tree->bytes("/other") == "kept");

    account bold(access::rename | access::overwrite);
    bold.tree->add_file("/other", "replaced");
    BOOST_TEST(!bold.run(bold.guarded.rename(at("/file"), at("/other"), true)).has_error());
    BOOST_TEST(bold.tree->bytes("/other") == "old");
}

BOOST_AUTO_TEST_CASE(what_the_inner_filesystem_says_comes_through) {
    account subject(access::all);
    BOOST_TEST(subject.run(subject.guarded.stat(at("/no"))).error().code == errc::not_found);
    const auto found = subject.run(subject.guarded.stat(at("/file")));
    BOOST_TEST(found->size == 3u);
    BOOST_TEST(found->name == "file");
    BOOST_TEST(subject.run(subject.guarded.remove_file(at("/empty"))).error().code == errc::is_a_directory);
}

BOOST_AUTO_TEST_CASE(the_announced_size_reaches_the_inner_filesystem) {
    account subject(access::upload);
    const announced_size ten(10, true);
    auto opened = subject.run(subject.guarded.open_write(at("/new"), write_mode::create, ten));
    BOOST_REQUIRE(!opened.has_error());
    const auto outcome = subject.run((*opened)->commit([] { return true; }));
    BOOST_REQUIRE(outcome.has_error());
    BOOST_TEST(outcome.error().code == errc::aborted);
}

BOOST_AUTO_TEST_SUITE_END()
