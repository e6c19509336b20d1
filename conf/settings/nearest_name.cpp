#include "conf/settings/nearest_name.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace boxgate::conf {

namespace {

constexpr std::size_t longest_name = 64;

char folded(char c) {
    return c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

// Letters to insert, remove or replace (Levenshtein); case, and - for _, count as equal.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto replaced = diagonal + (folded(a[i]) == folded(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string_view nearest_name(std::string_view written, const std::vector<std::string_view>& names) {
    if (written.size() > longest_name) return {};
    std::string_view best;
    auto best_distance = std::max<std::size_t>(2, written.size() / 3) + 1;
    for (const auto name : names) {
        const auto d = distance(written, name);
        if (d < best_distance && d < name.size()) {
            best = name;
            best_distance = d;
        }
    }
    return best;
}

}  // namespace boxgate::conf
