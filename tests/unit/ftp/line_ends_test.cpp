#include "protocol/ftp/line_ends.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace boxgate::testing {

namespace {

using pieces = std::vector<std::string>;

// As a data connection does it: what was kept back, then what has come; the end is known only when nothing comes.
std::string received(const pieces& all) {
    ftp::received_lines lines;
    std::string result;
    for (std::size_t i = 0; i <= all.size(); ++i) {
        const bool is_end = i == all.size();
        std::vector<std::byte> room(64);
        auto filled = lines.begin(room);
        if (!is_end) {
            for (const char ch : all[i]) room[filled++] = static_cast<std::byte>(ch);
        }
        const auto made = lines.convert(std::span(room).first(filled), is_end);
        result.append(reinterpret_cast<const char*>(room.data()), made);
    }
    BOOST_TEST(!lines.keeps_cr());
    return result;
}

std::string sent(const pieces& all, std::size_t room_size) {
    ftp::sent_lines lines;
    std::string result;
    std::vector<std::byte> room(room_size);
    for (const auto& piece : all) {
        auto left = std::as_bytes(std::span(piece));
        while (!left.empty()) {
            const auto done = lines.convert(left, room);
            BOOST_REQUIRE(done.taken > 0);
            result.append(reinterpret_cast<const char*>(room.data()), done.made);
            left = left.subspan(done.taken);
        }
    }
    return result;
}

// Every way to cut a text: bit n of `cuts` cuts behind byte n.
pieces cut(const std::string& text, unsigned cuts) {
    pieces all(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        all.back() += text[i];
        if (cuts >> i & 1u) all.emplace_back();
    }
    return all;
}

void all_cuts_give(const std::string& text, const std::string& in_box, const std::string& on_the_wire) {
    for (unsigned cuts = 0; cuts < 1u << text.size(); ++cuts) {
        const auto parts = cut(text, cuts);
        if (received(parts) != in_box) BOOST_ERROR("received in another way with cuts " << cuts);
        for (const std::size_t room : {2u, 3u, 64u}) {
            if (sent(parts, room) != on_the_wire) BOOST_ERROR("sent in another way with cuts " << cuts);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line_ends)

BOOST_AUTO_TEST_CASE(lines_end_in_lf_here_and_in_crlf_there) {
    BOOST_TEST(received({"one\r\ntwo\r\n"}) == "one\ntwo\n");
    BOOST_TEST(sent({"one\ntwo\n"}, 64) == "one\r\ntwo\r\n");
    BOOST_TEST(received({""}) == "");
    BOOST_TEST(sent({""}, 64) == "");
}

BOOST_AUTO_TEST_CASE(what_is_no_line_end_stays) {
    BOOST_TEST(received({"a\rb\nc\n\rd\r"}) == "a\rb\nc\n\rd\r");
    BOOST_TEST(sent({"a\rb\r\nc\r"}, 64) == "a\rb\r\nc\r");
    const std::string all_bytes = [] {
        std::string text;
        for (int byte = 0; byte < 64; ++byte) {
            if (byte != '\n') text += static_cast<char>(byte * 4 + 1);
        }
        return text;
    }();
    BOOST_TEST(sent({all_bytes}, 64) == all_bytes);
}

BOOST_AUTO_TEST_CASE(blocks_make_no_difference) {
    all_cuts_give("a\r\n\r\r\n\n\rb\r", "a\n\r\n\n\rb\r", "a\r\n\r\r\n\r\n\rb\r");
    all_cuts_give("\r\n\r\n", "\n\n", "\r\n\r\n");
    all_cuts_give("\n\n\r", "\n\n\r", "\r\n\r\n\r");
    all_cuts_give("\r\r\r", "\r\r\r", "\r\r\r");
}

BOOST_AUTO_TEST_CASE(a_text_comes_back_as_it_went) {
    const std::string text = "first\n\nthird, and a \r in it\nlast";
    BOOST_TEST(received({sent({text}, 7)}) == text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
