#include "protocol/sftp/attributes.hpp"

#include "protocol/sftp/set_attributes.hpp"
#include "tests/unit/sftp/sftp_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(attributes)

using boxgate::sftp::mode_of;
using boxgate::sftp::read_attributes;
using boxgate::sftp::refusal;
using boxgate::storage::access;
using boxgate::storage::entry_kind;
using boxgate::storage::errc;
using fields = boxgate::sftp::attributes;

namespace {

fields read(const std::string& bytes, bool& whole) {
    boxgate::sftp::reader from(std::as_bytes(std::span(bytes)));
    const auto got = read_attributes(from);
    whole = from.ok() && from.left() == 0;
    return got;
}

// An ATTRS field is a packet without its head.
std::string attrs(boxgate::testing::sftp_packet& made) {
    return made.bytes().substr(5);
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_fields_are_read_to_their_end) {
    boxgate::testing::sftp_packet made(0);
    made.u32(0x8000000f)
        .u64(5000)
        .u32(1)
        .u32(2)
        .u32(0644)
        .u32(3)
        .u32(4)
        .u32(2)
        .text("a@b")
        .text("1")
        .text("c")
        .text("");
    bool whole = false;
    const auto got = read(attrs(made), whole);
    BOOST_TEST(whole);
    BOOST_TEST((got.size == std::optional<std::uint64_t>(5000)));
    BOOST_TEST(got.has_owner);
    BOOST_TEST(got.has_permissions);
    BOOST_TEST(got.has_times);
}

BOOST_AUTO_TEST_CASE(every_cut_is_noticed) {
    boxgate::testing::sftp_packet made(0);
    made.u32(0x8000000f).u64(5000).u32(1).u32(2).u32(0644).u32(3).u32(4).u32(1).text("a@b").text("1");
    const auto bytes = attrs(made);
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        bool whole = true;
        read(bytes.substr(0, n), whole);
        BOOST_TEST(!whole);
    }
}

BOOST_AUTO_TEST_CASE(a_count_of_extensions_beyond_the_packet_ends_soon) {
    boxgate::testing::sftp_packet made(0);
    made.u32(0x80000000).u32(0xffffffff).text("a").text("b");
    bool whole = true;
    read(attrs(made), whole);
    BOOST_TEST(!whole);
}

BOOST_AUTO_TEST_CASE(modes_show_what_the_account_may_do) {
    boxgate::storage::entry file;
    boxgate::storage::entry folder;
    folder.kind = entry_kind::directory;
    BOOST_TEST(mode_of(file, access::all) == 0100644u);
    BOOST_TEST(mode_of(folder, access::all) == 0040755u);
    BOOST_TEST(mode_of(file, access::list | access::download) == 0100444u);
    BOOST_TEST(mode_of(folder, access::list | access::download) == 0040555u);
    BOOST_TEST(mode_of(file, access::upload) == 0100000u);
    BOOST_TEST(mode_of(folder, access::upload) == 0040311u);
}

BOOST_AUTO_TEST_CASE(modes_show_no_more_than_box_allows) {
    boxgate::storage::entry file;
    file.allowed = access::list | access::download;
    BOOST_TEST(mode_of(file, access::all) == 0100444u);
    BOOST_TEST(mode_of(file, access::upload | access::overwrite) == 0100000u);
    file.allowed = access::list | access::overwrite;
    BOOST_TEST(mode_of(file, access::all) == 0100200u);
    boxgate::storage::entry folder;
    folder.kind = entry_kind::directory;
    folder.allowed = access::list | access::rename;  // itself, not what is in it
    BOOST_TEST(mode_of(folder, access::all) == 0040555u);
    folder.allowed = access::list | access::upload | access::mkdir;
    BOOST_TEST(mode_of(folder, access::all) == 0040755u);
    BOOST_TEST(mode_of(folder, access::list | access::download) == 0040555u);
}

BOOST_AUTO_TEST_CASE(times_go_from_1970_to_2106) {
    using clock = std::chrono::system_clock;
    for (const auto& [when, shown] : {std::pair(clock::time_point(std::chrono::hours(-1)), 0u),
                                      std::pair(clock::time_point(std::chrono::seconds(1700000000)), 1700000000u),
                                      std::pair(clock::time_point(std::chrono::hours(24 * 365 * 150)), 0xffffffffu)}) {
        boxgate::storage::entry file;
        file.modified = when;
        boxgate::sftp::byte_buffer buffer;
        {
            boxgate::sftp::writer to(buffer, boxgate::sftp::packet::attrs);
            write_attributes(to, file, access::all);
        }
        boxgate::sftp::reader from(buffer.bytes().subspan(5 + 4 + 8 + 8 + 4));
        BOOST_TEST(from.u32() == shown);
        BOOST_TEST(from.u32() == shown);
    }
}

BOOST_AUTO_TEST_CASE(only_what_box_can_do_is_set) {
    fields wanted;
    wanted.has_owner = wanted.has_permissions = true;
    BOOST_TEST(!refusal(wanted, 10, false));
    wanted.size = 10;
    BOOST_TEST(!refusal(wanted, 10, false));
    wanted.size = 11;
    BOOST_TEST((refusal(wanted, 10, true) == errc::not_supported));
    wanted.size.reset();
    wanted.has_times = true;
    BOOST_TEST((refusal(wanted, 10, false) == errc::not_supported));
    BOOST_TEST(refusal(wanted, 10, false)->detail.find("sftp.set_times") != std::string::npos);
    BOOST_TEST(!refusal(wanted, 10, true));
}

BOOST_AUTO_TEST_SUITE_END()
