#include "conf/settings/value_readers.hpp"

#include "conf/settings/nearest_name.hpp"
#include "conf/settings/utf8_text.hpp"

#include <algorithm>
#include <iconv.h>

namespace boxgate::conf {

const std::string* expect_text(read_context& context, const yaml_node& node, std::string_view what_it_is) {
    if (node.what == yaml_node::kind::scalar && !node.text.empty()) return &node.text;
    const bool is_empty = node.what == yaml_node::kind::null || node.what == yaml_node::kind::scalar;
    context.report(node.at, context.key() + (is_empty ? " is empty; it must be " : " must be ") +
                                std::string(what_it_is) +
                                (is_empty ? ", or leave the key out" : ", not a list or a map"));
    return nullptr;
}

void read_text(read_context& context, const yaml_node& node, std::string& into) {
    if (const auto* text = expect_text(context, node, "a text")) into = *text;
}

void read_flag(read_context& context, const yaml_node& node, bool& into) {
    const auto* text = expect_text(context, node, "true or false");
    if (!text) return;
    if (*text == "true" || *text == "false") {
        into = *text == "true";
    } else {
        context.report(node.at, context.key() + " must be true or false, not " + shown(*text));
    }
}

void read_path(read_context& context, const yaml_node& node, std::filesystem::path& into) {
    if (const auto* text = expect_text(context, node, "a path")) into = context.resolve(*text);
}

void read_secret(read_context& context, const yaml_node& node, secret& into) {
    constexpr std::string_view prefix = "file:";
    const auto* text = expect_text(context, node, "a text or file:PATH");
    if (!text) return;
    if (!text->starts_with(prefix)) {
        into = secret(*text);
        return;
    }
    const auto file = text->substr(prefix.size());
    if (file.empty()) return context.report(node.at, context.key() + ": a path must follow file:");
    auto content = context.read_file(context.resolve(file));
    if (content.has_error()) return context.report(node.at, context.key() + ": " + content.error().text);
    while (content->ends_with('\n') || content->ends_with('\r')) content->pop_back();
    if (content->empty()) {
        return context.report(node.at, context.key() + ": " + context.resolve(file).string() + " is empty");
    }
    into = secret(*std::move(content));
}

void read_listen(read_context& context, const yaml_node& node, std::vector<endpoint>& into) {
    read_some(context, node, [&](const yaml_node& one) {
        endpoint read;
        read_parsed(context, one, "an address and port such as 0.0.0.0:2121", parse_endpoint, read);
        if (!read.address.empty()) into.push_back(std::move(read));
    });
}

void read_charset(read_context& context, const yaml_node& node, std::string& into) {
    const auto* text = expect_text(context, node, "a character set such as CP1252 or SHIFT_JIS");
    if (!text) return;
    const auto handle = ::iconv_open("UTF-8", text->c_str());
    if (handle == reinterpret_cast<iconv_t>(-1)) {
        return context.report(node.at, context.key() + ": this system knows no character set " + shown(*text) +
                                           "; `iconv -l` lists them, CP1252 and SHIFT_JIS among them");
    }
    ::iconv_close(handle);
    into = *text;
}

void read_word(read_context& context, const yaml_node& node, std::span<const std::string_view> allowed,
               std::string& into) {
    std::string all;
    for (const auto word : allowed)
        all += (all.empty() ? "" : word == allowed.back() ? " or " : ", ") + std::string(word);
    const auto* text = expect_text(context, node, all);
    if (!text) return;
    if (std::find(allowed.begin(), allowed.end(), *text) == allowed.end()) {
        return context.report(node.at, context.key() + " must be " + all + ", not " + shown(*text));
    }
    into = *text;
}

bool expect_range(read_context& context, const yaml_node& node, std::uint64_t value, std::uint64_t least,
                  std::uint64_t most, std::string_view least_text, std::string_view most_text) {
    if (value >= least && value <= most) return true;
    context.report(node.at, context.key() + " must be from " + std::string(least_text) + " to " +
                                std::string(most_text) + ", not " + shown(node.text));
    return false;
}

void read_size(read_context& context, const yaml_node& node, std::string_view least, std::string_view most,
               std::size_t& into) {
    std::uint64_t value = into;
    const auto before = context.fault_count();
    read_parsed(context, node, "a size such as 64MiB", parse_size, value);
    if (context.fault_count() != before) return;
    if (expect_range(context, node, value, *parse_size(least), *parse_size(most), least, most)) into = value;
}

void read_seconds(read_context& context, const yaml_node& node, std::string_view least, std::string_view most,
                  std::chrono::seconds& into) {
    std::chrono::milliseconds value = into;
    const auto before = context.fault_count();
    read_parsed(context, node, "a duration such as 30s", parse_duration, value);
    if (context.fault_count() != before) return;
    const auto count = [](std::chrono::milliseconds time) { return static_cast<std::uint64_t>(time.count()); };
    if (!expect_range(context, node, count(value), count(*parse_duration(least)), count(*parse_duration(most)), least,
                      most)) {
        return;
    }
    if (value % std::chrono::seconds(1) != std::chrono::milliseconds(0)) {
        return context.report(node.at, context.key() + " must be whole seconds, not " + shown(node.text));
    }
    into = std::chrono::duration_cast<std::chrono::seconds>(value);
}

}  // namespace boxgate::conf
