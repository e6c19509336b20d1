#include "conf/settings/ftp_form.hpp"

#include "conf/settings/key_table.hpp"
#include "conf/settings/value_readers.hpp"

#include <filesystem>

namespace boxgate::conf {

namespace {

template <class T>
using row = key_row<T>;
using ctx = read_context;

void read_tls_mode(ctx& c, const yaml_node& v, tls_settings& to) {
    static constexpr std::string_view words[] = {"off", "allowed", "required"};
    std::string word;
    read_word(c, v, words, word);
    if (word == "off") to.mode = tls_mode::off;
    if (word == "allowed") to.mode = tls_mode::allowed;
    if (word == "required") to.mode = tls_mode::required;
}

constexpr row<tls_settings> tls_table[] = {
    {"mode", read_tls_mode},
    {"certificate", [](ctx& c, const yaml_node& v, tls_settings& to) { read_path(c, v, to.certificate); }},
    {"private_key", [](ctx& c, const yaml_node& v, tls_settings& to) { read_path(c, v, to.private_key); }},
    {"implicit_listen", [](ctx& c, const yaml_node& v, tls_settings& to) { read_listen(c, v, to.implicit_listen); }},
    {"require_session_reuse",
     [](ctx& c, const yaml_node& v, tls_settings& to) { read_flag(c, v, to.require_session_reuse); }},
    {"require_close_notify",
     [](ctx& c, const yaml_node& v, tls_settings& to) { read_flag(c, v, to.require_close_notify); }},
};

void read_addresses(ctx& c, const yaml_node& v, ftp_settings& to) {
    if (!expect_map(c, v)) return;
    for (const auto& entry : v.map) {
        const ctx::scope inside(c, entry.key, entry.value->at);
        auto clients = ip_network::parse(entry.key);
        if (clients.has_error()) {
            c.report(entry.at, c.key() + ": " + clients.error().text);
            continue;
        }
        network_address one;
        one.clients = *clients;
        read_text(c, *entry.value, one.address);
        if (!one.address.empty()) to.passive_address_for.push_back(std::move(one));
    }
}

void read_active(ctx& c, const yaml_node& v, ftp_settings& to) {
    static constexpr std::string_view words[] = {"on", "off"};
    std::string word;
    read_word(c, v, words, word);
    to.active = word != "off";
}

// A zone is a file below zoneinfo; its name must not lead out of there.
void read_zone(ctx& c, const yaml_node& v, ftp_settings& to) {
    const auto* name = expect_text(c, v, "a time zone such as UTC or Europe/Berlin");
    if (!name) return;
    std::error_code error;
    const bool harmless = name->front() != '/' && name->find("..") == std::string::npos;
    if (*name == "UTC" || (harmless && std::filesystem::is_regular_file("/usr/share/zoneinfo/" + *name, error))) {
        to.list_zone = *name;
        return;
    }
    c.report(v.at, c.key() +
                       " must be a time zone such as UTC or Europe/Berlin that /usr/share/zoneinfo knows "
                       "(Debian: tzdata)");
}

// A duration of at least `least` milliseconds, or the word off, which is 0.
void read_unless_off(ctx& c, const yaml_node& v, std::chrono::milliseconds& to, std::uint64_t least,
                     const char* least_text, const char* example) {
    if (v.what == yaml_node::kind::scalar && v.text == "off") {
        to = std::chrono::milliseconds(0);
        return;
    }
    std::chrono::milliseconds value{0};
    const auto before = c.fault_count();
    read_parsed(c, v, example, parse_duration, value);
    if (c.fault_count() != before) return;
    if (expect_range(c, v, static_cast<std::uint64_t>(value.count()), least, 60'000, least_text, "60s")) to = value;
}

constexpr row<ftp_settings> ftp_table[] = {
    {"listen", [](ctx& c, const yaml_node& v, ftp_settings& to) { read_listen(c, v, to.listen); }},
    {"passive_ports",
     [](ctx& c, const yaml_node& v, ftp_settings& to) {
         read_parsed(c, v, "a range of ports such as 50000-50099", parse_port_range, to.passive_ports);
     }},
    {"passive_address", [](ctx& c, const yaml_node& v, ftp_settings& to) { read_text(c, v, to.passive_address); }},
    {"passive_address_for", read_addresses, [] { return std::vector<std::string>{"*"}; }},
    {"active", read_active},
    {"active_source",
     [](ctx& c, const yaml_node& v, ftp_settings& to) {
         read_parsed(c, v, "an address and port such as 0.0.0.0:20", parse_endpoint, to.active_source);
     }},
    {"welcome", [](ctx& c, const yaml_node& v, ftp_settings& to) { read_text(c, v, to.welcome); }},
    {"list_zone", read_zone},
    {"commit_keepalive",
     [](ctx& c, const yaml_node& v, ftp_settings& to) {
         read_unless_off(c, v, to.commit_keepalive, 100, "100ms", "a duration such as 8s, or off");
     }},
    {"eof_grace",
     [](ctx& c, const yaml_node& v, ftp_settings& to) {
         read_unless_off(c, v, to.eof_grace, 1, "1ms", "a duration such as 50ms, or off");
     }},
    {"tls", [](ctx& c, const yaml_node& v, ftp_settings& to) { read_map(c, v, to.tls, tls_table); },
     [] { return keys_of(tls_table); }},
};

}  // namespace

void read_ftp(read_context& context, const yaml_node& node, ftp_settings& into) {
    read_map(context, node, into, ftp_table);
}

std::vector<std::string> ftp_keys() {
    return keys_of(ftp_table);
}

}  // namespace boxgate::conf
