#include "conf/settings/ftp_form.hpp"
#include "conf/settings/key_table.hpp"
#include "conf/settings/settings_yaml.hpp"
#include "conf/settings/value_readers.hpp"

// The keys of gateway.yaml.

namespace boxgate::conf {

namespace {

template <class T>
using row = key_row<T>;

template <auto& table>
std::vector<std::string> inside() {
    return keys_of(table);
}

struct proxy_draft {
    proxy_settings proxy;
    bool has_url = false;
    bool has_parts = false;
};

constexpr row<proxy_draft> proxy_table[] = {
    {"url",
     [](read_context& c, const yaml_node& v, proxy_draft& to) {
         to.has_url = true;
         proxy_settings from_url;
         read_parsed(c, v, "a URL such as http://proxy:3128", parse_proxy_url, from_url);
         to.proxy.host = from_url.host;
         to.proxy.port = from_url.port;
         if (!from_url.user.empty()) to.proxy.user = from_url.user;
         if (!from_url.password.empty()) to.proxy.password = from_url.password;
     }},
    {"host",
     [](read_context& c, const yaml_node& v, proxy_draft& to) {
         to.has_parts = true;
         read_text(c, v, to.proxy.host);
     }},
    {"port",
     [](read_context& c, const yaml_node& v, proxy_draft& to) {
         to.has_parts = true;
         read_number(c, v, 1, 65535, to.proxy.port);
     }},
    {"user", [](read_context& c, const yaml_node& v, proxy_draft& to) { read_text(c, v, to.proxy.user); }},
    {"password", [](read_context& c, const yaml_node& v, proxy_draft& to) { read_secret(c, v, to.proxy.password); }},
};

void read_proxy(read_context& c, const yaml_node& v, box_settings& to) {
    const auto before = c.fault_count();
    proxy_draft draft;
    if (v.what == yaml_node::kind::scalar && v.text == "none") {
        to.proxy_from_environment = false;
        return;
    }
    if (v.what == yaml_node::kind::map) {
        read_map(c, v, draft, proxy_table);
        if (draft.has_url && draft.has_parts) {
            c.report(v.at, c.key() + " has both url and host or port; give one of the two forms");
        } else if (draft.proxy.host.empty() && c.fault_count() == before) {
            c.report(v.at, c.key() + " has neither url nor host");
        }
        if (draft.proxy.user.empty() && !draft.proxy.password.empty()) c.report(v.at, c.key() + ".user is missing");
    } else {
        read_parsed(c, v, "a URL such as http://proxy:3128, a map, or none", parse_proxy_url, draft.proxy);
    }
    if (c.fault_count() == before) to.proxy = std::move(draft.proxy);
}

void read_switch(read_context& c, const yaml_node& v, bool& to) {
    static constexpr std::string_view words[] = {"on", "off"};
    std::string word;
    read_word(c, v, words, word);
    if (!word.empty()) to = word == "on";
}

constexpr row<box_settings> box_table[] = {
    {"api_url", [](read_context& c, const yaml_node& v,
                   box_settings& to) { read_parsed(c, v, "a URL", parse_base_url, to.api_url); }},
    {"upload_url", [](read_context& c, const yaml_node& v,
                      box_settings& to) { read_parsed(c, v, "a URL", parse_base_url, to.upload_url); }},
    {"ca_file", [](read_context& c, const yaml_node& v, box_settings& to) { read_path(c, v, to.ca_file); }},
    {"proxy", read_proxy, inside<proxy_table>},
    {"events", [](read_context& c, const yaml_node& v, box_settings& to) { read_switch(c, v, to.events); }},
    {"notifications",
     [](read_context& c, const yaml_node& v, box_settings& to) { read_switch(c, v, to.notifications); }},
};

void read_set_times(read_context& c, const yaml_node& v, sftp_settings& to) {
    static constexpr std::string_view words[] = {"refuse", "ignore"};
    std::string word;
    read_word(c, v, words, word);
    to.set_times = word == "ignore" ? set_times::ignore : set_times::refuse;
}

void read_algorithms(read_context& c, const yaml_node& v, sftp_settings& to) {
    static constexpr std::string_view words[] = {"modern", "compatible"};
    std::string word;
    read_word(c, v, words, word);
    to.algorithms = word == "compatible" ? ssh_algorithms::compatible : ssh_algorithms::modern;
}

constexpr row<sftp_settings> sftp_table[] = {
    {"listen", [](read_context& c, const yaml_node& v, sftp_settings& to) { read_listen(c, v, to.listen); }},
    {"host_keys",
     [](read_context& c, const yaml_node& v, sftp_settings& to) {
         read_some(c, v, [&](const yaml_node& one) {
             std::filesystem::path key;
             read_path(c, one, key);
             if (!key.empty()) to.host_keys.push_back(std::move(key));
         });
     }},
    {"set_times", read_set_times},
    {"algorithms", read_algorithms},
};

struct spool_draft {
    spool_settings spool;
    bool has_max_size = false;
};

void read_spool_mode(read_context& c, const yaml_node& v, spool_draft& to) {
    static constexpr std::string_view words[] = {"disk", "memory"};
    std::string word;
    read_word(c, v, words, word);
    to.spool.mode = word == "memory" ? spool_mode::memory : spool_mode::disk;
}

constexpr row<spool_draft> spool_table[] = {
    {"mode", read_spool_mode},
    {"directory", [](read_context& c, const yaml_node& v, spool_draft& to) { read_path(c, v, to.spool.directory); }},
    {"max_size",
     [](read_context& c, const yaml_node& v, spool_draft& to) {
         to.has_max_size = true;
         read_size(c, v, "1MiB", "1024TiB", to.spool.max_size);
     }},
};

void read_spool(read_context& c, const yaml_node& v, spool_settings& to) {
    spool_draft draft;
    read_map(c, v, draft, spool_table);
    // Memory is scarcer than disk.
    if (!draft.has_max_size && draft.spool.mode == spool_mode::memory) draft.spool.max_size = 256ull * 1024 * 1024;
    to = std::move(draft.spool);
}

template <auto member>
void read_calls(read_context& c, const yaml_node& v, limit_settings& to) {
    read_number(c, v, 0, 1'000'000, to.*member);
}

constexpr row<limit_settings> limits_table[] = {
    {"workers", [](read_context& c, const yaml_node& v, limit_settings& to) { read_number(c, v, 0, 256, to.workers); }},
    {"max_sessions",
     [](read_context& c, const yaml_node& v, limit_settings& to) { read_number(c, v, 1, 1'000'000, to.max_sessions); }},
    {"max_sessions_per_login", [](read_context& c, const yaml_node& v,
                                  limit_settings& to) { read_number(c, v, 1, 1'000'000, to.max_sessions_per_login); }},
    {"max_sessions_per_address",
     [](read_context& c, const yaml_node& v, limit_settings& to) {
         read_number(c, v, 0, 1'000'000, to.max_sessions_per_address);
     }},
    {"transfer_memory", [](read_context& c, const yaml_node& v,
                           limit_settings& to) { read_size(c, v, "4MiB", "1TiB", to.transfer_memory); }},
    {"login_timeout",
     [](read_context& c, const yaml_node& v, limit_settings& to) { read_seconds(c, v, "1s", "1h", to.login_timeout); }},
    {"idle_timeout",
     [](read_context& c, const yaml_node& v, limit_settings& to) { read_seconds(c, v, "1s", "48h", to.idle_timeout); }},
    {"transfer_timeout", [](read_context& c, const yaml_node& v,
                            limit_settings& to) { read_seconds(c, v, "1s", "24h", to.transfer_timeout); }},
    {"box_call_timeout", [](read_context& c, const yaml_node& v,
                            limit_settings& to) { read_seconds(c, v, "1s", "1h", to.box_call_timeout); }},
    {"commit_timeout", [](read_context& c, const yaml_node& v,
                          limit_settings& to) { read_seconds(c, v, "1s", "24h", to.commit_timeout); }},
    {"max_wait",
     [](read_context& c, const yaml_node& v, limit_settings& to) { read_seconds(c, v, "0s", "1h", to.max_wait); }},
    {"drain_timeout", [](read_context& c, const yaml_node& v,
                         limit_settings& to) { read_seconds(c, v, "0s", "24h", to.drain_timeout); }},
    {"cache_ttl",
     [](read_context& c, const yaml_node& v, limit_settings& to) { read_seconds(c, v, "0s", "24h", to.cache_ttl); }},
    {"box_connections",
     [](read_context& c, const yaml_node& v, limit_settings& to) { read_number(c, v, 1, 1024, to.box_connections); }},
    {"box_calls_per_minute", read_calls<&limit_settings::box_calls_per_minute>},
    {"box_uploads_per_minute", read_calls<&limit_settings::box_uploads_per_minute>},
    {"box_enterprise_calls_per_minute", read_calls<&limit_settings::box_enterprise_calls_per_minute>},
    {"box_enterprise_uploads_per_minute", read_calls<&limit_settings::box_enterprise_uploads_per_minute>},
};

constexpr row<login_guard_settings> guard_table[] = {
    {"ban_after", [](read_context& c, const yaml_node& v,
                     login_guard_settings& to) { read_number(c, v, 0, 1'000'000, to.ban_after); }},
    {"ban_address_after", [](read_context& c, const yaml_node& v,
                             login_guard_settings& to) { read_number(c, v, 0, 1'000'000, to.ban_address_after); }},
    {"window",
     [](read_context& c, const yaml_node& v, login_guard_settings& to) { read_seconds(c, v, "1s", "48h", to.window); }},
    {"ban_time", [](read_context& c, const yaml_node& v,
                    login_guard_settings& to) { read_seconds(c, v, "1s", "48h", to.ban_time); }},
    {"never_ban",
     [](read_context& c, const yaml_node& v, login_guard_settings& to) {
         to.never_ban.clear();
         read_each(c, v, [&](const yaml_node& one) {
             ip_network network;
             const auto before = c.fault_count();
             read_parsed(c, one, "a network such as 10.0.0.0/8", ip_network::parse, network);
             if (c.fault_count() == before) to.never_ban.push_back(network);
         });
     }},
};

void read_log_format(read_context& c, const yaml_node& v, log_settings& to) {
    static constexpr std::string_view words[] = {"human", "json"};
    read_word(c, v, words, to.format);
}

void read_log_level(read_context& c, const yaml_node& v, log_settings& to) {
    static constexpr std::string_view words[] = {"debug", "info", "warning", "error"};
    read_word(c, v, words, to.level);
}

constexpr row<log_settings> log_table[] = {{"format", read_log_format}, {"level", read_log_level}};

// A port alone is one of this machine's own: what is told there is not for everybody.
void read_monitoring_listen(read_context& c, const yaml_node& v, monitoring_settings& to) {
    read_some(c, v, [&](const yaml_node& one) {
        if (one.what == yaml_node::kind::scalar && !one.text.empty() &&
            one.text.find_first_not_of("0123456789") == std::string::npos) {
            endpoint local;
            local.address = "127.0.0.1";
            const auto before = c.fault_count();
            read_number(c, one, 0, 65535, local.port);
            if (c.fault_count() == before) to.listen.push_back(std::move(local));
        } else {
            read_listen(c, one, to.listen);
        }
    });
}

constexpr row<monitoring_settings> monitoring_table[] = {{"listen", read_monitoring_listen}};

using top = gateway_settings;

void read_users_paths(read_context& c, const yaml_node& v, top& to) {
    read_some(c, v, [&](const yaml_node& one) {
        std::filesystem::path path;
        read_path(c, one, path);
        if (!path.empty()) to.users.push_back(std::move(path));
    });
}

constexpr row<top> gateway_table[] = {
    {"users", read_users_paths},
    {"box", [](read_context& c, const yaml_node& v, top& to) { read_map(c, v, to.box, box_table); }, inside<box_table>},
    {"ftp", [](read_context& c, const yaml_node& v, top& to) { read_ftp(c, v, to.ftp); }, ftp_keys},
    {"sftp", [](read_context& c, const yaml_node& v, top& to) { read_map(c, v, to.sftp, sftp_table); },
     inside<sftp_table>},
    {"spool", [](read_context& c, const yaml_node& v, top& to) { read_spool(c, v, to.spool); }, inside<spool_table>},
    {"limits", [](read_context& c, const yaml_node& v, top& to) { read_map(c, v, to.limits, limits_table); },
     inside<limits_table>},
    {"login_guard", [](read_context& c, const yaml_node& v, top& to) { read_map(c, v, to.login_guard, guard_table); },
     inside<guard_table>},
    {"log", [](read_context& c, const yaml_node& v, top& to) { read_map(c, v, to.log, log_table); }, inside<log_table>},
    {"monitoring",
     [](read_context& c, const yaml_node& v, top& to) { read_map(c, v, to.monitoring, monitoring_table); },
     inside<monitoring_table>},
};

}  // namespace

gateway_settings read_gateway(std::string_view text, const std::filesystem::path& file, const file_source& files,
                              std::vector<fault>& faults, key_positions* positions) {
    gateway_settings settings;
    read_context context(file, files, faults);
    if (const auto root = read_yaml(text, file.string(), faults)) {
        read_map(context, *root, settings, gateway_table);
    }
    if (positions) *positions = context.positions();
    return settings;
}

std::vector<std::string> gateway_keys() {
    return keys_of(gateway_table);
}

}  // namespace boxgate::conf
