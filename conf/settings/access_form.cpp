#include "conf/settings/access_form.hpp"

#include "conf/settings/ip_network.hpp"
#include "conf/settings/utf8_text.hpp"
#include "conf/settings/value_readers.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace boxgate::conf {

namespace {

// Box takes upper and lower case for one; here at least the letters of ASCII.
std::string one_spelling(const std::string& path) {
    std::string one;
    for (const char c : path) {
        if (c == '/' && one.ends_with('/')) continue;
        one += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (one.ends_with('/')) one.pop_back();
    return one;
}

}  // namespace

void read_permissions(read_context& c, const yaml_node& v, std::vector<std::string>& into) {
    std::vector<std::string> given;
    read_each(c, v, [&](const yaml_node& one) {
        std::string word;
        read_word(c, one, permission_names, word);
        if (word.empty()) return;
        if (std::find(given.begin(), given.end(), word) != given.end()) {
            return c.report(one.at, c.key() + " names " + word + " twice");
        }
        given.push_back(std::move(word));
    });
    into = std::move(given);
}

void read_path_rules(read_context& c, const yaml_node& v, std::vector<path_rule>& into) {
    if (v.what != yaml_node::kind::map) {
        return c.report(v.at, c.key() + " must be a map of paths and permissions, such as /Inbox: [upload]");
    }
    std::vector<path_rule> rules;
    std::map<std::string, std::string> seen;
    for (const auto& entry : v.map) {
        const bool plain = entry.key.starts_with('/') && entry.key.size() > 1 && entry.key.size() <= 4096 &&
                           (entry.key + "/").find("/../") == std::string::npos;
        if (!plain) {
            c.report(entry.at, c.key() + ": a path below the user's root must begin with / and have no .., unlike " +
                                   shown(entry.key));
            continue;
        }
        if (const auto [first, is_new] = seen.emplace(one_spelling(entry.key), entry.key); !is_new) {
            c.report(entry.at, c.key() + ": " + shown(entry.key) + " is the same path as " + shown(first->second));
            continue;
        }
        const read_context::scope inside(c, entry.key, entry.value->at);
        path_rule rule;
        rule.path = entry.key;
        read_permissions(c, *entry.value, rule.permissions);
        rules.push_back(std::move(rule));
    }
    into = std::move(rules);
}

void read_networks(read_context& c, const yaml_node& v, std::vector<ip_network>& into) {
    std::vector<ip_network> networks;
    read_each(c, v, [&](const yaml_node& one) {
        ip_network network;
        const auto before = c.fault_count();
        read_parsed(c, one, "an address or a network such as 192.0.2.0/24", ip_network::parse, network);
        if (c.fault_count() == before) networks.push_back(network);
    });
    if (v.what == yaml_node::kind::list && v.list.empty()) {
        c.report(v.at, c.key() + " is empty and would let nobody in; leave it out, or give at least one network");
    }
    into = std::move(networks);
}

void read_day(read_context& c, const yaml_node& v, std::optional<std::chrono::sys_days>& into) {
    const auto* text = expect_text(c, v, "a day such as 2027-12-31");
    if (!text) return;
    int year = 0;
    unsigned month = 0, day = 0;
    int taken = 0;
    const bool shaped = text->size() == 10 &&
                        std::sscanf(text->c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &taken) == 3 && taken == 10;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!shaped || !date.ok()) {
        return c.report(v.at, c.key() + " must be a day of the calendar such as 2027-12-31, not " + shown(*text));
    }
    into = std::chrono::sys_days(date);
}

}  // namespace boxgate::conf
