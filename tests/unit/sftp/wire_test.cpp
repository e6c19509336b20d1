#include "protocol/sftp/wire.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(wire)

using namespace boxgate::sftp;

namespace {

std::string written(byte_buffer& buffer) {
    const auto bytes = buffer.bytes();
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

reader over(const std::string& text) {
    return reader(std::as_bytes(std::span(text)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_packet_has_its_length_in_front) {
    byte_buffer buffer;
    {
        writer to(buffer, packet::status);
        to.u32(0x01020304);
        to.u64(0x1122334455667788);
        to.u8(9);
        to.string("ab");
    }
    const std::string expected(
        "\0\0\0\x14\x65\x01\x02\x03\x04\x11\x22\x33\x44\x55\x66\x77\x88\x09\0\0\0\x02"
        "ab",
        24);
    BOOST_TEST(written(buffer) == expected);
}

BOOST_AUTO_TEST_CASE(packets_follow_each_other_and_what_was_taken_is_gone) {
    byte_buffer buffer;
    for (int i = 0; i < 3; ++i) {
        writer to(buffer, packet::handle);
        to.string(std::string(static_cast<std::size_t>(700 * i), 'x'));
    }
    const auto all = written(buffer);
    buffer.consume(9);  // the first packet
    BOOST_TEST(written(buffer) == all.substr(9));
    {
        writer to(buffer, packet::handle);
        to.string("end");
    }
    BOOST_TEST(
        written(buffer).ends_with(std::string("\0\0\0\x08\x66\0\0\0\x03"
                                              "end",
                                              12)));
    BOOST_TEST(written(buffer).starts_with(all.substr(9)));
}

BOOST_AUTO_TEST_CASE(fields_come_back) {
    const std::string packet("\x05\0\0\x01\0\0\0\0\x01\0\0\0\0\0\0\0\x03xyz", 20);
    auto from = over(packet);
    BOOST_TEST(from.u8() == 5);
    BOOST_TEST(from.u32() == 256u);
    BOOST_TEST(from.u64() == 0x100000000u);
    BOOST_TEST(from.string() == "xyz");
    BOOST_TEST(from.ok());
    BOOST_TEST(from.left() == 0u);
}

BOOST_AUTO_TEST_CASE(reading_past_the_end_gives_nothing_for_good) {
    for (std::size_t size = 0; size < 8; ++size) {
        const std::string packet(size, '\x01');
        auto from = over(packet);
        BOOST_TEST(from.u64() == 0u);
        BOOST_TEST(!from.ok());
        BOOST_TEST(from.u8() == 0);
        BOOST_TEST(from.string().empty());
        BOOST_TEST(from.left() == 0u);
    }
}

BOOST_AUTO_TEST_CASE(a_string_as_long_as_the_rest_is_taken_and_one_longer_is_not) {
    const std::string good(
        "\0\0\0\x03"
        "abc",
        7);
    auto from = over(good);
    BOOST_TEST(from.string() == "abc");
    BOOST_TEST(from.ok());
    const std::string bad(
        "\xff\xff\xff\xff"
        "abc",
        7);
    auto broken = over(bad);
    BOOST_TEST(broken.string().empty());
    BOOST_TEST(!broken.ok());
}

BOOST_AUTO_TEST_SUITE_END()
