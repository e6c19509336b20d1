#include "protocol/ftp/listing.hpp"

#include <cctype>
#include <cstdio>
#include <ctime>
#include <utility>

namespace boxgate::ftp {

using storage::access;
using storage::grants;

namespace {

std::tm utc(std::chrono::system_clock::time_point when) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
    std::tm fields{};
    gmtime_r(&seconds, &fields);
    return fields;
}

std::string permission_letters(const storage::entry& what, access granted) {
    granted = granted & what.allowed;
    std::string letters;
    if (what.is_directory()) {
        letters += 'e';
        if (grants(granted, access::list)) letters += 'l';
        if (grants(granted, access::upload)) letters += 'c';
        if (grants(granted, access::mkdir)) letters += 'm';
        if (grants(granted, access::remove)) letters += "dp";
    } else {
        if (grants(granted, access::download)) letters += 'r';
        if (grants(granted, access::overwrite)) letters += 'w';
        if (grants(granted, access::remove)) letters += 'd';
    }
    if (grants(granted, access::rename)) letters += 'f';
    return letters;
}

}  // namespace

bool is_listable(const std::string& name) {
    return name.find_first_of("\r\n") == std::string::npos && !name.empty();
}

std::string list_line(const storage::entry& what, access granted, std::chrono::system_clock::time_point now,
                      const time_zone& zone) {
    if (!is_listable(what.name)) return {};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    granted = granted & what.allowed;
    const bool writable = what.is_directory() ? grants(granted, access::upload) : grants(granted, access::overwrite);
    const auto fields = utc(what.modified + zone.offset(what.modified));
    char date[32];
    // ls shows the year instead of the hour for what is older than half a year, or lies in the future.
    const bool recent = what.modified <= now && now - what.modified < std::chrono::hours(24 * 182);
    if (recent) {
        std::snprintf(date, sizeof date, "%s %2d %02d:%02d", months[fields.tm_mon], fields.tm_mday, fields.tm_hour,
                      fields.tm_min);
    } else {
        std::snprintf(date, sizeof date, "%s %2d  %4d", months[fields.tm_mon], fields.tm_mday, fields.tm_year + 1900);
    }
    char line[160];
    std::snprintf(line, sizeof line, "%c%s%s 1 box box %12llu %s ", what.is_directory() ? 'd' : '-',
                  writable ? "rw" : "r-", what.is_directory() ? "xr-xr-x" : "-r--r--",
                  static_cast<unsigned long long>(what.size), date);
    return line + what.name + "\r\n";
}

std::string fact_line(const storage::entry& what, const std::string& as_name, access granted, fact_choice facts) {
    std::string line;
    if (facts.type) line += what.is_directory() ? "type=dir;" : "type=file;";
    if (facts.size && !what.is_directory()) line += "size=" + std::to_string(what.size) + ";";
    if (facts.modify) {
        const auto fields = utc(what.modified);
        char text[32];
        std::strftime(text, sizeof text, "%Y%m%d%H%M%S", &fields);
        line += std::string("modify=") + text + ";";
    }
    if (facts.perm) line += "perm=" + permission_letters(what, granted) + ";";
    if (facts.unique && !what.id.empty()) line += "unique=" + what.id + ";";
    return line + " " + as_name;
}

namespace {

constexpr std::pair<const char*, bool fact_choice::*> fact_names[] = {{"type", &fact_choice::type},
                                                                      {"size", &fact_choice::size},
                                                                      {"modify", &fact_choice::modify},
                                                                      {"perm", &fact_choice::perm},
                                                                      {"unique", &fact_choice::unique}};

}  // namespace

std::string feature_of(fact_choice facts) {
    std::string text;
    for (const auto& [name, chosen] : fact_names) text += std::string(name) + (facts.*chosen ? "*;" : ";");
    return text;
}

std::string chosen_of(fact_choice facts) {
    std::string text;
    for (const auto& [name, chosen] : fact_names) text += facts.*chosen ? std::string(name) + ";" : "";
    return text;
}

fact_choice parse_facts(std::string argument) {
    for (auto& c : argument) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    argument = ";" + argument + ";";
    fact_choice facts;
    for (const auto& [name, chosen] : fact_names) {
        facts.*chosen = argument.find(std::string(";") + name + ";") != std::string::npos;
    }
    return facts;
}

}  // namespace boxgate::ftp
