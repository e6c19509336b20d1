#include "conf/settings/key_table.hpp"

#include "conf/settings/utf8_text.hpp"

namespace boxgate::conf {

bool expect_map(read_context& context, const yaml_node& node) {
    if (node.what == yaml_node::kind::map || node.what == yaml_node::kind::null) return true;
    const auto what = context.key().empty() ? std::string("the file") : context.key();
    context.report(node.at, what + " must be a map of keys and values");
    return false;
}

void report_unknown_key(read_context& context, const yaml_entry& entry, const std::vector<std::string_view>& known) {
    auto text = "unknown key " + shown(entry.key);
    if (!context.key().empty()) text += " in " + context.key();
    if (const auto meant = nearest_name(entry.key, known); !meant.empty()) {
        text += "; did you mean " + std::string(meant) + "?";
    } else {
        text += "; known are ";
        for (std::size_t i = 0; i < known.size(); ++i) text += (i == 0 ? "" : ", ") + std::string(known[i]);
    }
    context.report(entry.at, std::move(text));
}

}  // namespace boxgate::conf
