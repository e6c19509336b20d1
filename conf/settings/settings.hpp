#pragma once

#include "conf/settings/ip_network.hpp"
#include "conf/settings/secret.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// What the two YAML files say, as plain values with their defaults. conf/settings/gateway.yaml and users.yaml are the
// commented examples and the reference for people; the names here are theirs.

namespace boxgate::conf {

/// Where a server listens. Port 0: the kernel chooses.
struct endpoint {
    std::string address;  ///< numeric IPv4 or IPv6
    std::uint16_t port = 0;

    friend bool operator==(const endpoint&, const endpoint&) = default;
};

struct port_range {
    std::uint16_t first = 0;
    std::uint16_t last = 0;  ///< inclusive; 0-0 lets the kernel choose

    friend bool operator==(const port_range&, const port_range&) = default;
};

/// An HTTP proxy for all calls to Box; nothing goes around it.
struct proxy_settings {
    std::string host;
    std::uint16_t port = 3128;
    std::string user;  ///< empty: no authentication
    secret password;
    std::vector<std::string> except;  ///< of no_proxy: hosts, and domains with what is below them, reached directly

    friend bool operator==(const proxy_settings&, const proxy_settings&) = default;
};

struct box_settings {
    std::string api_url = "https://api.box.com";
    std::string upload_url = "https://upload.box.com";
    std::filesystem::path ca_file;  ///< PEM; empty: the system's certificates
    std::optional<proxy_settings> proxy;
    bool events = true;  ///< follow Box's events, so that changes made elsewhere are seen before cache_ttl
    bool notifications =
        true;  ///< false: Box sends nobody e-mail about what boxgate does (if the app may ask for that)
    bool proxy_from_environment = true;  ///< where box.proxy is not given; false: `proxy: none`

    friend bool operator==(const box_settings&, const box_settings&) = default;
};

enum class tls_mode { off, allowed, required };

struct tls_settings {
    tls_mode mode = tls_mode::required;
    std::filesystem::path certificate;  ///< PEM chain
    std::filesystem::path private_key;
    std::vector<endpoint> implicit_listen;  ///< where TLS begins with the connection
    bool require_session_reuse = false;     ///< of data connections: the control connection's TLS session
    bool require_close_notify = true;       ///< at the end of an upload

    friend bool operator==(const tls_settings&, const tls_settings&) = default;
};

/// What clients of a network are told to connect to.
struct network_address {
    ip_network clients;
    std::string address;  ///< IPv4, or a DNS name of one; "own": the address the client reached us at

    friend bool operator==(const network_address&, const network_address&) = default;
};

struct ftp_settings {
    std::vector<endpoint> listen;  ///< empty: no FTP
    port_range passive_ports;
    std::string passive_address;  ///< what PASV tells, or a DNS name of it; empty: the address the client reached us at
    std::vector<network_address> passive_address_for;  ///< instead, to clients of some networks
    bool active = true;                                ///< whether PORT and EPRT are taken
    /// Where active data connections come from; unspecified: the address the client reached us at, port 0: any.
    endpoint active_source{"0.0.0.0", 0};
    std::string welcome;                               ///< shown with the greeting; may have several lines
    std::string list_zone = "UTC";                     ///< of the times in LIST: a name of the tz database
    std::chrono::milliseconds commit_keepalive{8000};  ///< between lines while Box takes a file in; 0: none
    std::chrono::milliseconds eof_grace{50};           ///< from a clear-text upload's end to its commit; 0: none
    tls_settings tls;

    friend bool operator==(const ftp_settings&, const ftp_settings&) = default;
};

enum class set_times { refuse, ignore };
enum class ssh_algorithms { modern, compatible };

struct sftp_settings {
    std::vector<endpoint> listen;                  ///< empty: no SFTP
    std::vector<std::filesystem::path> host_keys;  ///< files, or folders that hold one of each kind
    ssh_algorithms algorithms = ssh_algorithms::modern;
    conf::set_times set_times = conf::set_times::refuse;

    friend bool operator==(const sftp_settings&, const sftp_settings&) = default;
};

enum class spool_mode { disk, memory };

struct spool_settings {
    spool_mode mode = spool_mode::disk;
    std::filesystem::path directory = "/var/tmp";       ///< with mode disk
    std::size_t max_size = 50ull * 1024 * 1024 * 1024;  ///< for all uploads together; 256 MiB with mode memory

    friend bool operator==(const spool_settings&, const spool_settings&) = default;
};

struct limit_settings {
    unsigned workers = 0;  ///< threads for sessions; 0: one per core
    unsigned max_sessions = 2000;
    unsigned max_sessions_per_login = 200;
    unsigned max_sessions_per_address = 500;  ///< 0: no limit
    std::size_t transfer_memory = 64 * 1024 * 1024;
    std::chrono::seconds login_timeout{60};
    std::chrono::seconds idle_timeout{600};
    std::chrono::seconds transfer_timeout{120};  ///< without a single byte moving
    std::chrono::seconds box_call_timeout{60};
    std::chrono::seconds commit_timeout{900};
    std::chrono::seconds max_wait{15};  ///< for Box's Retry-After before a client is told to come back
    std::chrono::seconds drain_timeout{60};
    std::chrono::seconds cache_ttl{30};
    unsigned box_connections = 32;                   ///< per worker and host
    unsigned box_calls_per_minute = 1000;            ///< of one Box user; 0: no bound, as for the next three
    unsigned box_uploads_per_minute = 240;           ///< files stored by one Box user
    unsigned box_enterprise_calls_per_minute = 0;    ///< of all users of one enterprise together
    unsigned box_enterprise_uploads_per_minute = 0;  ///< likewise

    friend bool operator==(const limit_settings&, const limit_settings&) = default;
};

/// Against guessing of passwords, over both protocols.
struct login_guard_settings {
    unsigned ban_after = 10;           ///< failures of one address with one login; 0: never
    unsigned ban_address_after = 25;   ///< logins that one address got wrong; 0: never
    std::chrono::seconds window{600};  ///< what lies further back is forgotten
    std::chrono::seconds ban_time{900};
    /// Never slowed down either. This machine itself is among them unless the file says otherwise: what comes from
    /// there is a proxy or a tunnel, and a ban would be everybody's.
    std::vector<ip_network> never_ban = loopback_networks();

    friend bool operator==(const login_guard_settings&, const login_guard_settings&) = default;
};

struct log_settings {
    std::string format = "human";  ///< human | json
    std::string level = "info";    ///< debug | info | warning | error

    friend bool operator==(const log_settings&, const log_settings&) = default;
};

struct monitoring_settings {
    std::vector<endpoint> listen;  ///< empty: none; /healthz, /readyz, /metrics over plain HTTP

    friend bool operator==(const monitoring_settings&, const monitoring_settings&) = default;
};

struct gateway_settings {
    std::vector<std::filesystem::path> users;  ///< files, and folders whose *.yaml files count
    box_settings box;
    ftp_settings ftp;
    sftp_settings sftp;
    spool_settings spool;
    limit_settings limits;
    login_guard_settings login_guard;
    log_settings log;
    monitoring_settings monitoring;

    friend bool operator==(const gateway_settings&, const gateway_settings&) = default;
};

/// A Box app, from any of the three forms of credentials: with a key it signs in by JWT (Box: "JWT without SDKs"),
/// without one by its secret alone (Box: "Client Credentials Grant").
struct box_app {
    bool has_key() const { return !private_key.empty(); }

    std::string client_id;
    secret client_secret;
    std::string enterprise_id;
    std::string public_key_id;
    secret private_key;  ///< PEM, encrypted or not
    secret private_key_passphrase;

    friend bool operator==(const box_app&, const box_app&) = default;
};

/// What may be done at a path below a user's root and at everything below it, instead of what holds above.
struct path_rule {
    std::string path;
    std::vector<std::string> permissions;

    friend bool operator==(const path_rule&, const path_rule&) = default;
};

/// How a user is acted for: by a header beside the app's own token, or by a token of the user.
enum class box_mode { as_user, user_token };

/// What renaming over an existing file does. by_name: new_version for names that clients give unfinished uploads
/// (.filepart, .part, .tmp), else swap.
enum class rename_over { by_name, swap, new_version };

struct user_settings {
    std::string login;
    secret password;                       ///< a crypt(3) hash; empty: no password login
    std::vector<std::string> public_keys;  ///< authorized_keys lines
    bool needs_key_and_password = false;   ///< methods: [publickey, password]
    std::string box_user;                  ///< login e-mail or id; empty: the service account itself
    std::shared_ptr<const box_app> app;  ///< never null in a loaded table; shared by the users of one `box_apps` entry
    std::string root = "/";              ///< path, or "id:123"
    bool create_root = false;
    std::vector<std::string> permissions;  ///< of list, download, upload, overwrite, delete, rename, mkdir
    std::vector<path_rule> paths;
    std::vector<ip_network> allow_from;            ///< networks that may log in; empty: all
    std::optional<std::chrono::sys_days> expires;  ///< the last day, UTC, on which the login works
    unsigned max_sessions = 0;                     ///< 0: limits.max_sessions_per_login
    bool refuse_case_clash = true;                 ///< case_clash: refuse | overwrite
    conf::box_mode box_mode = conf::box_mode::as_user;
    conf::rename_over rename_over = conf::rename_over::by_name;
    std::string charset;            ///< how FTP clients write names, as iconv(3) names it; empty: UTF-8
    bool ascii_conversion = false;  ///< whether FTP's TYPE A changes the ends of lines
    std::size_t upload_rate = 0;    ///< bytes per second for all sessions together; 0: no limit
    std::size_t download_rate = 0;

    friend bool operator==(const user_settings&, const user_settings&) = default;
};

struct user_table_settings {
    std::map<std::string, user_settings> users;
};

}  // namespace boxgate::conf
