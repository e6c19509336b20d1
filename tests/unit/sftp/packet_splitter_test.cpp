#include "protocol/sftp/packet_splitter.hpp"

#include "tests/unit/sftp/sftp_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(packet_splitter)

using boxgate::sftp::max_packet_length;
using boxgate::sftp::max_request_length;
using boxgate::sftp::packet;
using boxgate::testing::sftp_packet;
using splitter = boxgate::sftp::packet_splitter;

namespace {

// Writes down what it hears.
struct receiver : boxgate::sftp::packet_receiver {
    bool may_begin() override { return open; }
    void packet_arrived(std::uint8_t type, std::span<const std::byte> body) override {
        heard += "packet " + std::to_string(type) + " of " + std::to_string(body.size()) + "; ";
    }
    void write_began(std::uint32_t id, std::optional<std::uint32_t> handle, std::uint64_t offset,
                     std::uint32_t length) override {
        heard += "write " + std::to_string(id) + " to " + (handle ? std::to_string(*handle) : "nothing") + " at " +
                 std::to_string(offset) + ", " + std::to_string(length) + "; ";
    }
    std::size_t write_bytes(std::span<const std::byte> some) override {
        const auto n = std::min(some.size(), room);
        payload.append(reinterpret_cast<const char*>(some.data()), n);
        room -= n;
        return n;
    }
    void write_ended() override { heard += "end; "; }
    void malformed(std::uint32_t id) override { heard += "malformed " + std::to_string(id) + "; "; }
    void unreadable(std::string_view why) override { heard += "unreadable: " + std::string(why) + "; "; }

    std::string heard;
    std::string payload;
    bool open = true;
    std::size_t room = SIZE_MAX;
};

std::size_t feed(splitter& to, std::string_view bytes) {
    return to.feed(std::as_bytes(std::span(bytes)));
}

// Whole, and then byte by byte: the same must be heard.
std::string heard_of(const std::string& bytes, std::string* payload = nullptr) {
    receiver whole;
    splitter at_once(whole);
    feed(at_once, bytes);
    receiver pieces;
    splitter slowly(pieces);
    for (const char each : bytes) feed(slowly, std::string_view(&each, 1));
    BOOST_TEST(pieces.heard == whole.heard);
    BOOST_TEST((pieces.payload == whole.payload));
    if (payload) *payload = whole.payload;
    return whole.heard;
}

std::string write_packet(std::string_view handle, std::string_view bytes, std::string_view more = {}) {
    return sftp_packet(packet::write).u32(7).text(handle).u64(1000).text(bytes).raw(more).bytes();
}

const std::string handle_three("\0\0\0\x03", 4);

}  // namespace

BOOST_AUTO_TEST_CASE(packets_are_cut_wherever_the_bytes_are) {
    const auto one = sftp_packet(packet::stat).u32(1).text("/a").bytes();
    const auto bare = sftp_packet(packet::init).bytes();
    BOOST_TEST(heard_of(one + bare + one) == "packet 17 of 10; packet 1 of 0; packet 17 of 10; ");
}

BOOST_AUTO_TEST_CASE(a_write_streams_its_payload) {
    std::string payload;
    BOOST_TEST(heard_of(write_packet(handle_three, "some bytes"), &payload) == "write 7 to 3 at 1000, 10; end; ");
    BOOST_TEST(payload == "some bytes");
    BOOST_TEST(heard_of(write_packet(handle_three, "")) == "write 7 to 3 at 1000, 0; end; ");
    BOOST_TEST(heard_of(write_packet("not mine", "xy")) == "write 7 to nothing at 1000, 2; end; ");
    BOOST_TEST(heard_of(write_packet("", "xy")) == "write 7 to nothing at 1000, 2; end; ");
}

BOOST_AUTO_TEST_CASE(bytes_behind_the_payload_are_passed_over) {
    const auto next = sftp_packet(packet::init).bytes();
    BOOST_TEST(heard_of(write_packet(handle_three, "xy", "more") + next) ==
               "write 7 to 3 at 1000, 2; end; packet 1 of 0; ");
    BOOST_TEST(heard_of(write_packet(handle_three, "", "more") + next) ==
               "write 7 to 3 at 1000, 0; end; packet 1 of 0; ");
}

BOOST_AUTO_TEST_CASE(a_malformed_write_is_told_and_the_next_packet_found) {
    const auto next = sftp_packet(packet::init).bytes();
    const auto short_of_payload =
        sftp_packet(packet::write).u32(7).text(handle_three).u64(0).u32(10).raw("five!").bytes();
    BOOST_TEST(heard_of(short_of_payload + next) == "malformed 7; packet 1 of 0; ");
    const auto long_handle = write_packet(std::string(257, 'h'), "x");
    BOOST_TEST(heard_of(long_handle + next) == "malformed 7; packet 1 of 0; ");
    const auto handle_past_the_end = sftp_packet(packet::write).u32(7).u32(0xffffffff).raw("abc").bytes();
    BOOST_TEST(heard_of(handle_past_the_end + next) == "malformed 7; packet 1 of 0; ");
    BOOST_TEST(heard_of(sftp_packet(packet::write).u32(7).bytes() + next) == "malformed 7; packet 1 of 0; ");
    BOOST_TEST(heard_of(sftp_packet(packet::write).raw("ab").bytes() + next) == "malformed 0; packet 1 of 0; ");
    BOOST_TEST(heard_of(sftp_packet(packet::write).bytes() + next) == "malformed 0; packet 1 of 0; ");
}

BOOST_AUTO_TEST_CASE(a_request_too_long_for_its_type_is_refused_by_its_id) {
    const auto next = sftp_packet(packet::init).bytes();
    const std::string longest(max_request_length - 4, 'x');
    BOOST_TEST(heard_of(sftp_packet(packet::stat).u32(7).raw(longest).bytes() + next) ==
               "packet 17 of " + std::to_string(max_request_length) + "; packet 1 of 0; ");
    BOOST_TEST(heard_of(sftp_packet(packet::stat).u32(7).raw(longest + "x").bytes() + next) ==
               "malformed 7; packet 1 of 0; ");
}

BOOST_AUTO_TEST_CASE(lost_framing_ends_it) {
    const std::string no_type("\0\0\0\0\x11", 5);
    BOOST_TEST(heard_of(no_type + "more") == "unreadable: an SFTP packet without a type; ");
    const std::string huge("\xff\xff\xff\xff\x11", 5);
    BOOST_TEST(heard_of(huge + "more") == "unreadable: an SFTP packet over the limit of 256 KiB; ");
    const auto bytes =
        sftp_packet(packet::write).u32(7).text(handle_three).u64(0).text(std::string(max_packet_length - 25, 'x'));
    BOOST_TEST(heard_of(bytes.bytes()).starts_with("write 7 to 3"));
}

BOOST_AUTO_TEST_CASE(without_room_nothing_is_taken) {
    receiver to;
    splitter cuts(to);
    to.open = false;
    const auto one = sftp_packet(packet::init).bytes();
    BOOST_TEST(feed(cuts, one) == 0u);
    to.open = true;
    BOOST_TEST(feed(cuts, one.substr(0, 2)) == 2u);
    to.open = false;  // a packet that has begun is taken to its end
    BOOST_TEST(feed(cuts, one.substr(2)) == one.size() - 2);
    BOOST_TEST(cuts.between_packets());
    to.open = true;
    to.room = 3;
    const auto write = write_packet(handle_three, "12345678");
    BOOST_TEST(feed(cuts, write) == write.size() - 5);
    BOOST_TEST(!cuts.between_packets());
    to.room = 100;
    BOOST_TEST(feed(cuts, "45678") == 5u);
    BOOST_TEST(to.payload == "12345678");
    BOOST_TEST(cuts.between_packets());
}

BOOST_AUTO_TEST_SUITE_END()
