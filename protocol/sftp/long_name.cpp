#include "protocol/sftp/long_name.hpp"

#include "protocol/sftp/attributes.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace boxgate::sftp {

namespace {

constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string mode_text(const storage::entry& what, storage::access granted) {
    std::string text = what.is_directory() ? "d" : "-";
    const auto mode = mode_of(what, granted);
    for (int shift = 6; shift >= 0; shift -= 3) {
        text += (mode >> shift) & 4 ? 'r' : '-';
        text += (mode >> shift) & 2 ? 'w' : '-';
        text += (mode >> shift) & 1 ? 'x' : '-';
    }
    return text;
}

}  // namespace

std::string long_name(const storage::entry& what, std::string_view name, std::string_view owner,
                      storage::access granted, std::chrono::system_clock::time_point now) {
    using clock = std::chrono::system_clock;
    const std::time_t seconds = clock::to_time_t(what.modified);
    std::tm when{};
    gmtime_r(&seconds, &when);
    constexpr std::chrono::hours half_a_year{24 * 365 / 2};
    const bool recent = what.modified <= now && what.modified > now - half_a_year;
    std::array<char, 16> day{};
    std::snprintf(day.data(), day.size(), "%s %2d", months.at(static_cast<std::size_t>(when.tm_mon)), when.tm_mday);
    std::array<char, 16> hour_or_year{};
    if (recent) {
        std::snprintf(hour_or_year.data(), hour_or_year.size(), "%02d:%02d", when.tm_hour, when.tm_min);
    } else {
        std::snprintf(hour_or_year.data(), hour_or_year.size(), "%5d", when.tm_year + 1900);
    }
    std::array<char, 64> middle{};
    std::snprintf(middle.data(), middle.size(), "%8llu %s %s ", static_cast<unsigned long long>(what.size), day.data(),
                  hour_or_year.data());
    std::string owners(owner);
    owners.resize(std::max<std::size_t>(8, owners.size()), ' ');
    return mode_text(what, granted) + "    1 " + owners + " " + owners + " " + middle.data() + std::string(name);
}

}  // namespace boxgate::sftp
