#include "server/online_check.hpp"

#include "box/engine.hpp"
#include "box/http/beast_transport.hpp"
#include "conf/runtime/clock.hpp"
#include "server/box_settings.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <array>
#include <iomanip>
#include <sstream>

namespace boxgate::server {

namespace asio = boost::asio;

namespace {

constexpr std::array<int, 5> widths{16, 28, 26, 10, 10};

std::string row(const std::array<std::string, 5>& cells) {
    std::ostringstream line;
    for (std::size_t i = 0; i < cells.size(); ++i) line << std::left << std::setw(widths[i]) << cells[i] << ' ';
    auto text = line.str();
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
}

std::string human_size(std::uint64_t bytes) {
    const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    auto amount = static_cast<double>(bytes);
    for (; amount >= 1024 && unit + 1 < std::size(units); ++unit) amount /= 1024;
    std::ostringstream text;
    text << std::fixed << std::setprecision(unit == 0 ? 0 : 1) << amount << ' ' << units[unit];
    return text.str();
}

bool wants(const conf::user_settings& user, std::string_view permission) {
    return std::find(user.permissions.begin(), user.permissions.end(), permission) != user.permissions.end();
}

// What the settings grant and Box does not.
std::string missing_right(const box::examination& found, const conf::user_settings& user) {
    if (found.root_id.empty()) return {};
    if (wants(user, "upload") && !found.may_upload) return "may not upload to its root folder in Box";
    if (wants(user, "download") && !found.may_download) return "may not download from its root folder in Box";
    return {};
}

asio::awaitable<bool> ask_all(box::engine& engine, const conf::load_outcome& settings, std::ostream& out) {
    out << row({"login", "Box user", "root", "rights", "free"});
    std::string sentences;
    std::chrono::seconds clock_offset{0};
    std::size_t failed = 0;
    for (const auto& [login, user] : settings.users.users) {
        storage::mount what(login, user.root, user.create_root, user.refuse_case_clash);
        const auto found = co_await engine.examine(std::move(what));
        out << table_row(login, found, user) << std::flush;
        if (std::chrono::abs(found.clock_offset) > std::chrono::abs(clock_offset)) clock_offset = found.clock_offset;
        auto why = found.problem ? found.problem->detail : missing_right(found, user);
        if (why.empty()) continue;
        ++failed;
        sentences += login + ": " + why;
        if (found.problem && !found.problem->box_request_id.empty())
            sentences += " (Box request " + found.problem->box_request_id + ")";
        sentences += "\n";
    }
    std::size_t unreached = 0;
    std::map<std::string, storage::result<void>> hosts;
    // Where nobody gets in, it is hardly these.
    if (failed < settings.users.users.size()) hosts = co_await engine.reach();
    for (const auto& [url, state] : hosts) {
        if (state.has_value()) continue;
        ++unreached;
        const bool uploads = url == settings.gateway.box.upload_url;
        sentences += std::string(uploads ? "uploads" : "downloads") + " would fail, " + url +
                     " cannot be reached: " + state.error().detail + "\n";
    }
    out << sentences;
    if (std::chrono::abs(clock_offset) >= std::chrono::seconds(5)) {
        out << "warning: the clock of this machine is off by " << -clock_offset.count() << " s; set it (chrony, ntp)\n";
    }
    const std::string all =
        unreached == 0 ? "all users would get in\n" : "all users would get in, and transfers fail\n";
    out << (failed == 0 ? all : std::to_string(failed) + " would not get in\n");
    co_return failed == 0 && unreached == 0;
}

}  // namespace

std::string table_row(const std::string& login, const box::examination& found, const conf::user_settings& user) {
    if (found.problem) {
        const auto root = found.reached >= box::examination::step::root ? user.root : std::string("-");
        return row({login, found.acting_as.empty() ? "-" : found.acting_as, root, "failed", "-"});
    }
    const auto root = user.root + (found.root_id.empty() ? " (to be made)" : "");
    const std::string rights = found.root_id.empty() ? "-"
                                                     : std::string(found.may_download ? "read" : "") +
                                                           (found.may_download && found.may_upload ? "," : "") +
                                                           (found.may_upload ? "write" : "");
    return row({login, found.acting_as, root, rights, found.space ? human_size(found.space->free) : "-"});
}

bool check_online(const conf::load_outcome& settings, std::ostream& out) {
    asio::io_context context(1);
    asio::thread_pool disk(1);
    const runtime::system_clock time;
    const runtime::log quiet(runtime::log_format::human, runtime::log_level::error);
    box::http::transport_options options = transport_options_of(settings.gateway);
    box::engine engine(box_options(settings.gateway), identities_of(settings.users), context.get_executor(), disk, time,
                       quiet, [options](asio::any_io_executor executor) {
                           return box::http::make_beast_transport(std::move(executor), options);
                       });
    bool good = false;
    std::exception_ptr failed;
    asio::co_spawn(context, ask_all(engine, settings, out), [&](std::exception_ptr broken, bool all) {
        failed = broken;
        good = all;
        context.stop();  // connections are kept open for calls that do not come
    });
    context.run();
    if (failed) std::rethrow_exception(failed);
    return good;
}

}  // namespace boxgate::server
