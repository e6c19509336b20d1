#include "box/spool_file.hpp"

#include "tests/support/temp_dir.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

BOOST_AUTO_TEST_SUITE(spool_file)

namespace fs = std::filesystem;
using boxgate::box::spool_file;
using boxgate::storage::errc;
using boxgate::testing::temp_dir;

namespace {

constexpr std::size_t mib = 1024 * 1024;

struct both_kinds {
    void each(const std::function<void(spool_file&)>& check) {
        const auto on_disk = boxgate::box::make_disk_spool_file(home.path());
        BOOST_REQUIRE(!on_disk.has_error());
        BOOST_TEST_CONTEXT("on disk") check(**on_disk);
        const auto in_memory = boxgate::box::make_memory_spool_file();
        BOOST_TEST_CONTEXT("in memory") check(*in_memory);
    }
    temp_dir home;
};

void write(spool_file& to, std::uint64_t offset, std::string_view text) {
    BOOST_REQUIRE(!to.write(offset, std::as_bytes(std::span(text))).has_error());
}

std::string read(const spool_file& from, std::uint64_t offset, std::size_t n) {
    std::string text(n, '\0');
    BOOST_REQUIRE(!from.read(offset, std::as_writable_bytes(std::span(text))).has_error());
    return text;
}

// The only unlinked file that this process has open below `folder`.
fs::path unlinked_file(const fs::path& folder) {
    for (const auto& link : fs::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        const auto target = fs::read_symlink(link, gone).string();
        if (target.starts_with(folder.string()) && target.ends_with("(deleted)")) return link;
    }
    return {};
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(what_was_written_is_read_back_at_any_place, both_kinds) {
    each([](spool_file& file) {
        write(file, 0, "beginning");
        write(file, 300'000, "middle");
        write(file, 262'140, std::string(10, 'x'));
        BOOST_TEST(read(file, 0, 9) == "beginning");
        BOOST_TEST(read(file, 300'002, 4) == "ddle");
        BOOST_TEST(read(file, 262'141, 8) == "xxxxxxxx");
        write(file, 2, "again");
        BOOST_TEST(read(file, 0, 9) == "beagainng");
    });
}

BOOST_FIXTURE_TEST_CASE(what_was_never_written_cannot_be_read, both_kinds) {
    each([](spool_file& file) {
        write(file, 0, "text");
        std::string into(4 * mib, '\0');
        BOOST_TEST(file.read(0, std::as_writable_bytes(std::span(into))).error().code == errc::internal);
    });
}

BOOST_FIXTURE_TEST_CASE(what_was_discarded_leaves_the_rest_alone, both_kinds) {
    each([](spool_file& file) {
        const std::string many(3 * mib, 'm');
        write(file, 0, many);
        BOOST_TEST(file.discard(mib, mib));
        BOOST_TEST((read(file, 0, mib) == many.substr(mib * 2)));
        BOOST_TEST((read(file, 2 * mib, mib) == many.substr(mib * 2)));
    });
}

// Sanitizers see a page that goes while it is read.
BOOST_FIXTURE_TEST_CASE(what_is_discarded_while_it_is_read_is_there_or_not, both_kinds) {
    each([](spool_file& file) {
        constexpr std::size_t size = 16 * mib;
        write(file, 0, std::string(size, 'm'));
        std::atomic<bool> done = false;
        std::thread reader([&] {
            std::string into(mib, '\0');
            while (!done) {
                for (std::size_t at = 0; at < size; at += mib) {
                    (void)file.read(at, std::as_writable_bytes(std::span(into)));
                }
            }
        });
        for (std::size_t at = 0; at < size; at += mib / 4) BOOST_TEST(file.discard(at, mib / 4));
        done = true;
        reader.join();
    });
}

BOOST_AUTO_TEST_CASE(a_file_on_disk_has_no_name_and_holds_nothing_readable) {
    const temp_dir home;
    const auto file = boxgate::box::make_disk_spool_file(home.path());
    BOOST_REQUIRE(!file.has_error());
    const std::string secret = "all the customers' names";
    write(**file, 0, secret + secret);
    BOOST_TEST(fs::is_empty(home.path()));
    const auto seen = unlinked_file(home.path());
    BOOST_REQUIRE(!seen.empty());
    std::ifstream in(seen, std::ios::binary);
    std::stringstream held;
    held << in.rdbuf();
    BOOST_TEST(held.str().size() == 2 * secret.size());
    BOOST_TEST(held.str().find("customers") == std::string::npos);
    BOOST_TEST((held.str().substr(0, secret.size()) != held.str().substr(secret.size())));
}

BOOST_AUTO_TEST_CASE(a_discarded_part_gives_its_room_back) {
    const temp_dir home;
    const auto file = boxgate::box::make_disk_spool_file(home.path());
    BOOST_REQUIRE(!file.has_error());
    write(**file, 0, std::string(4 * mib, 'm'));
    const auto blocks = [&] {
        struct stat seen {};
        ::stat(unlinked_file(home.path()).c_str(), &seen);
        return static_cast<std::size_t>(seen.st_blocks) * 512;
    };
    BOOST_TEST(blocks() >= 4 * mib);
    BOOST_TEST((*file)->discard(0, 3 * mib));
    BOOST_TEST(blocks() <= 2 * mib);
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_used_is_named_by_its_setting) {
    const auto refused = boxgate::box::make_disk_spool_file("/nonexistent/spool");
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST(refused.error().detail.find("spool.directory") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
