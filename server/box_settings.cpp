#include "server/box_settings.hpp"

namespace boxgate::server {

box::options box_options(const conf::gateway_settings& settings, runtime::telemetry& counts) {
    box::options options;
    options.counts = &counts;
    options.api_url = settings.box.api_url;
    options.upload_url = settings.box.upload_url;
    options.spool = settings.spool;
    options.call_timeout = settings.limits.box_call_timeout;
    options.commit_timeout = settings.limits.commit_timeout;
    options.max_wait = settings.limits.max_wait;
    options.cache_ttl = settings.limits.cache_ttl;
    options.events = settings.box.events;
    options.notifications = settings.box.notifications;
    options.calls_per_minute = settings.limits.box_calls_per_minute;
    options.uploads_per_minute = settings.limits.box_uploads_per_minute;
    options.enterprise_calls_per_minute = settings.limits.box_enterprise_calls_per_minute;
    options.enterprise_uploads_per_minute = settings.limits.box_enterprise_uploads_per_minute;
    return options;
}

std::map<std::string, box::engine::source> identities_of(const conf::user_table_settings& users) {
    std::map<std::string, box::engine::source> identities;
    for (const auto& [login, user] : users.users) {
        identities.emplace(login, box::engine::source(user.app, user.box_user, user.box_mode, user.rename_over));
    }
    return identities;
}

std::set<std::string> logins_of(const conf::user_table_settings& users) {
    std::set<std::string> logins;
    for (const auto& [login, user] : users.users) {
        const bool over = user.expires && std::chrono::system_clock::now() >= *user.expires + std::chrono::days(1);
        if (!over) logins.insert(login);
    }
    return logins;
}

box::http::transport_options transport_options_of(const conf::gateway_settings& settings) {
    box::http::transport_options options;
    options.tls = box::http::make_client_tls(settings.box.ca_file);
    options.proxy = settings.box.proxy;
    options.connections_per_host = settings.limits.box_connections;
    return options;
}

}  // namespace boxgate::server
