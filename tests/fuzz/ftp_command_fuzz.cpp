// A command line, and what is read out of its argument: options of ls, facts, a path.
#include "protocol/ftp/command.hpp"
#include "protocol/ftp/listing.hpp"
#include "protocol/ftp/status.hpp"
#include "protocol/storage/path.hpp"
#include "tests/fuzz/fuzz.hpp"

using boxgate::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto line = boxgate::fuzz::text_of(data, size);
    const auto parsed = boxgate::ftp::parse_command(line);
    require(parsed.verb.find(' ') == std::string::npos, "a verb has no space");
    require(parsed.verb.size() + parsed.argument.size() <= line.size(), "nothing is added");
    boxgate::ftp::first_word(parsed.argument);
    const auto name = boxgate::ftp::without_list_options(parsed.argument);
    require(parsed.argument.ends_with(name), "a name is the end of the argument");
    boxgate::ftp::chosen_of(boxgate::ftp::parse_facts(parsed.argument));
    const auto path = boxgate::storage::path::parse(name);
    if (path.has_value()) {
        for (const auto& part : path->parts()) require(!part.empty() && part != "." && part != "..", "a path is clean");
    }
    const auto told = boxgate::ftp::printable(parsed.argument);
    require(told.find_first_of("\r\n") == std::string::npos, "a reply is one line");
    return 0;
}
