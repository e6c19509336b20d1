#include "protocol/storage/access_rules.hpp"

#include "protocol/storage/folded_name.hpp"

#include <algorithm>

namespace boxgate::storage {

namespace {

bool is_within(const std::string& inner, const std::string& outer) {
    return inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '/');
}

}  // namespace

access_rules::access_rules(access everywhere, std::vector<std::pair<path, access>> of_paths) : everywhere_(everywhere) {
    for (const auto& [where, granted] : of_paths) {
        if (where.is_root()) {
            everywhere_ = granted;
        } else {
            of_paths_.emplace_back(folded_name(where.string()), granted);
        }
    }
    std::stable_sort(of_paths_.begin(), of_paths_.end(),
                     [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

access access_rules::at(const path& where) const {
    if (of_paths_.empty()) return everywhere_;
    const auto folded = folded_name(where.string());
    for (const auto& [outer, granted] : of_paths_) {
        if (is_within(folded, outer)) return granted;
    }
    return everywhere_;
}

access access_rules::anywhere() const {
    auto all = everywhere_;
    for (const auto& [where, granted] : of_paths_) all = all | granted;
    return all;
}

bool access_rules::has_rule_within(const path& where) const {
    if (of_paths_.empty()) return false;
    const auto folded = folded_name(where.string());
    return where.is_root() || std::any_of(of_paths_.begin(), of_paths_.end(),
                                          [&](const auto& rule) { return is_within(rule.first, folded); });
}

}  // namespace boxgate::storage
