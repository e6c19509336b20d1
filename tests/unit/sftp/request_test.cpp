#include "protocol/sftp/request.hpp"

#include "tests/unit/sftp/sftp_lab.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

BOOST_AUTO_TEST_SUITE(request)

using namespace boxgate::sftp;
using boxgate::testing::sftp_packet;
using fields = boxgate::sftp::request;

namespace {

// One value for each field that a row lists.
std::string body_for(const request_row& row) {
    sftp_packet made(0);
    for (const char field : row.fields) {
        if (field == 'p') made.text("/one");
        if (field == 'q') made.text("/two");
        if (field == 's') made.text("sha1");
        if (field == 'h') made.u32(4).u32(77);
        if (field == 'g') made.u32(4).u32(78);
        if (field == 'o') made.u64(11);
        if (field == 'O') made.u64(12);
        if (field == 'l') made.u64(13);
        if (field == 'n') made.u32(14);
        if (field == 'a') made.u32(1).u64(15);
    }
    return made.bytes().substr(5);
}

bool parse(const request_row& row, const std::string& body, fields& into) {
    reader from(std::as_bytes(std::span(body)));
    return read_fields(row, from, into);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_row_reads_its_fields) {
    for (const auto& row : request_table) {
        fields got;
        BOOST_TEST(parse(row, body_for(row), got));
        for (const char field : row.fields) {
            if (field == 'p') BOOST_TEST(got.path == "/one");
            if (field == 'q') BOOST_TEST(got.target == "/two");
            if (field == 's') BOOST_TEST(got.text == "sha1");
            if (field == 'h') BOOST_TEST(got.handle.value() == 77u);
            if (field == 'g') BOOST_TEST(got.second_handle.value() == 78u);
            if (field == 'o') BOOST_TEST(got.offset == 11u);
            if (field == 'O') BOOST_TEST(got.second_offset == 12u);
            if (field == 'l') BOOST_TEST(got.length == 13u);
            if (field == 'n') BOOST_TEST(got.number == 14u);
            if (field == 'a') BOOST_TEST(got.attrs.size.value() == 15u);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_row_notices_every_cut) {
    for (const auto& row : request_table) {
        const auto body = body_for(row);
        for (std::size_t n = 0; n < body.size(); ++n) {
            // Attributes that are left out altogether are taken for empty ones.
            if (row.fields.ends_with('a') && n == body.size() - 12) continue;
            fields got;
            BOOST_TEST(!parse(row, body.substr(0, n), got), row.extension << " " << int(row.type) << " cut to " << n);
        }
        fields got;
        BOOST_TEST(parse(row, body + "more", got));
    }
}

BOOST_AUTO_TEST_CASE(a_handle_of_another_form_is_none) {
    fields got;
    const auto* close = find_row(packet::close);
    BOOST_TEST_REQUIRE(close);
    BOOST_TEST(parse(*close, sftp_packet(0).text("abc").bytes().substr(5), got));
    BOOST_TEST(!got.handle);
    BOOST_TEST(parse(*close, sftp_packet(0).text("").bytes().substr(5), got));
    BOOST_TEST(!got.handle);
}

BOOST_AUTO_TEST_CASE(the_table_has_each_request_once) {
    std::set<std::pair<int, std::string_view>> seen;
    for (const auto& row : request_table) {
        BOOST_TEST(seen.emplace(static_cast<int>(row.type), row.extension).second);
        BOOST_TEST((row.type == packet::extended) == !row.extension.empty());
        BOOST_TEST((find_row(row.type, row.extension) == &row));
    }
    for (int type = 3; type <= 20; ++type) {
        if (type == static_cast<int>(packet::write)) continue;
        BOOST_TEST((find_row(static_cast<packet>(type)) != nullptr));
    }
    BOOST_TEST((find_row(packet::extended, "fsync@openssh.com") == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
