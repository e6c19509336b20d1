// What gateway.yaml says arrives where it belongs, and what it must not say is refused under the name of its key.
#include "tests/unit/conf/yaml_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(gateway_settings)

using namespace boxgate::conf;
using namespace std::chrono_literals;
using boxgate::testing::yaml_lab;

namespace {

// Each value differs from the default and from its neighbours: a setting that lands in another's place is seen.
constexpr const char* every_key = R"(
users: [people.yaml, /etc/more]
box:
  api_url: https://api.example.com
  upload_url: https://upload.example.com:8443
  ca_file: ca.pem
  proxy: { host: proxy.example.com, port: 8080, user: u, password: p }
  events: off
  notifications: off
ftp:
  listen: ['0.0.0.0:2121', '[::]:2121']
  passive_ports: 50000-50099
  passive_address: 192.0.2.10
  passive_address_for: { 10.0.0.0/8: own, '2001:db8::/32': ftp.example.com }
  active: off
  active_source: 192.0.2.11:20
  welcome: hello
  list_zone: UTC
  commit_keepalive: 9s
  eof_grace: 70ms
  tls:
    mode: allowed
    certificate: cert.pem
    private_key: key.pem
    implicit_listen: 0.0.0.0:2990
    require_session_reuse: true
    require_close_notify: false
sftp:
  listen: 0.0.0.0:2222
  host_keys: [keys/, one_key]
  algorithms: compatible
  set_times: ignore
spool: { mode: memory, directory: spool, max_size: 3MiB }
limits:
  workers: 3
  max_sessions: 101
  max_sessions_per_login: 102
  max_sessions_per_address: 103
  transfer_memory: 5MiB
  login_timeout: 11s
  idle_timeout: 12s
  transfer_timeout: 13s
  box_call_timeout: 14s
  commit_timeout: 16s
  max_wait: 17s
  drain_timeout: 18s
  cache_ttl: 19s
  box_connections: 104
  box_calls_per_minute: 105
  box_uploads_per_minute: 106
  box_enterprise_calls_per_minute: 107
  box_enterprise_uploads_per_minute: 108
login_guard: { ban_after: 5, ban_address_after: 6, window: 21s, ban_time: 22s, never_ban: 192.0.2.0/24 }
log: { format: json, level: debug }
monitoring: { listen: [9100, '192.0.2.1:9101'] }
)";

}  // namespace

BOOST_AUTO_TEST_CASE(of_box) {
    yaml_lab lab;
    const auto all = lab.gateway(every_key);
    BOOST_TEST_REQUIRE(lab.told() == "");
    BOOST_TEST_REQUIRE(all.users.size() == 2U);
    BOOST_TEST(all.users[0] == "/lab/people.yaml");  // relative to the file
    BOOST_TEST(all.users[1] == "/etc/more");
    BOOST_TEST(all.box.api_url == "https://api.example.com");
    BOOST_TEST(all.box.upload_url == "https://upload.example.com:8443");
    BOOST_TEST(all.box.ca_file == "/lab/ca.pem");
    BOOST_TEST_REQUIRE(all.box.proxy.has_value());
    BOOST_TEST(all.box.proxy->host == "proxy.example.com");
    BOOST_TEST(all.box.proxy->port == 8080);
    BOOST_TEST(all.box.proxy->user == "u");
    BOOST_TEST(all.box.proxy->password.reveal() == "p");
    BOOST_TEST(!all.box.events);
    BOOST_TEST(!all.box.notifications);
    BOOST_TEST(all.box.proxy_from_environment);
    BOOST_TEST(!lab.gateway("box: { proxy: none }\n").box.proxy_from_environment);
}

BOOST_AUTO_TEST_CASE(of_ftp) {
    yaml_lab lab;
    const auto ftp = lab.gateway(every_key).ftp;
    BOOST_TEST_REQUIRE(ftp.listen.size() == 2U);
    BOOST_TEST(ftp.listen[1].address == "::");
    BOOST_TEST(ftp.listen[1].port == 2121);
    BOOST_TEST(ftp.passive_ports.first == 50000);
    BOOST_TEST(ftp.passive_ports.last == 50099);
    BOOST_TEST(ftp.passive_address == "192.0.2.10");
    BOOST_TEST_REQUIRE(ftp.passive_address_for.size() == 2U);
    BOOST_TEST(ftp.passive_address_for[0].address == "own");
    BOOST_TEST(ftp.passive_address_for[1].address == "ftp.example.com");
    BOOST_TEST(!ftp.active);
    BOOST_TEST(ftp.active_source.address == "192.0.2.11");
    BOOST_TEST(ftp.active_source.port == 20);
    BOOST_TEST(ftp.welcome == "hello");
    BOOST_TEST((ftp.commit_keepalive == 9s));
    BOOST_TEST((ftp.eof_grace == 70ms));
    BOOST_TEST((ftp.tls.mode == tls_mode::allowed));
    BOOST_TEST(ftp.tls.certificate == "/lab/cert.pem");
    BOOST_TEST(ftp.tls.private_key == "/lab/key.pem");
    BOOST_TEST_REQUIRE(ftp.tls.implicit_listen.size() == 1U);
    BOOST_TEST(ftp.tls.implicit_listen[0].port == 2990);
    BOOST_TEST(ftp.tls.require_session_reuse);
    BOOST_TEST(!ftp.tls.require_close_notify);
    BOOST_TEST((lab.gateway("ftp: { commit_keepalive: off, eof_grace: off }\n").ftp.commit_keepalive == 0ms));
    BOOST_TEST((lab.gateway("ftp: { commit_keepalive: off, eof_grace: off }\n").ftp.eof_grace == 0ms));
}

BOOST_AUTO_TEST_CASE(of_sftp_and_the_spool) {
    yaml_lab lab;
    const auto all = lab.gateway(every_key);
    BOOST_TEST_REQUIRE(all.sftp.listen.size() == 1U);
    BOOST_TEST(all.sftp.listen[0].port == 2222);
    BOOST_TEST_REQUIRE(all.sftp.host_keys.size() == 2U);
    BOOST_TEST(all.sftp.host_keys[1] == "/lab/one_key");
    BOOST_TEST((all.sftp.algorithms == ssh_algorithms::compatible));
    BOOST_TEST((all.sftp.set_times == set_times::ignore));
    BOOST_TEST((all.spool.mode == spool_mode::memory));
    BOOST_TEST(all.spool.directory == "/lab/spool");
    BOOST_TEST(all.spool.max_size == 3U * 1024 * 1024);
}

BOOST_AUTO_TEST_CASE(of_the_limits) {
    yaml_lab lab;
    const auto limits = lab.gateway(every_key).limits;
    BOOST_TEST(limits.workers == 3U);
    BOOST_TEST(limits.max_sessions == 101U);
    BOOST_TEST(limits.max_sessions_per_login == 102U);
    BOOST_TEST(limits.max_sessions_per_address == 103U);
    BOOST_TEST(limits.transfer_memory == 5U * 1024 * 1024);
    BOOST_TEST((limits.login_timeout == 11s));
    BOOST_TEST((limits.idle_timeout == 12s));
    BOOST_TEST((limits.transfer_timeout == 13s));
    BOOST_TEST((limits.box_call_timeout == 14s));
    BOOST_TEST((limits.commit_timeout == 16s));
    BOOST_TEST((limits.max_wait == 17s));
    BOOST_TEST((limits.drain_timeout == 18s));
    BOOST_TEST((limits.cache_ttl == 19s));
    BOOST_TEST(limits.box_connections == 104U);
    BOOST_TEST(limits.box_calls_per_minute == 105U);
    BOOST_TEST(limits.box_uploads_per_minute == 106U);
    BOOST_TEST(limits.box_enterprise_calls_per_minute == 107U);
    BOOST_TEST(limits.box_enterprise_uploads_per_minute == 108U);
}

BOOST_AUTO_TEST_CASE(of_the_guard_the_log_and_monitoring) {
    yaml_lab lab;
    const auto all = lab.gateway(every_key);
    BOOST_TEST(all.login_guard.ban_after == 5U);
    BOOST_TEST(all.login_guard.ban_address_after == 6U);
    BOOST_TEST((all.login_guard.window == 21s));
    BOOST_TEST((all.login_guard.ban_time == 22s));
    // Instead of this machine itself, and not beside it.
    BOOST_TEST((all.login_guard.never_ban == std::vector{*ip_network::parse("192.0.2.0/24")}));
    BOOST_TEST(lab.gateway("login_guard: { never_ban: [] }\n").login_guard.never_ban.empty());
    BOOST_TEST(all.log.format == "json");
    BOOST_TEST(all.log.level == "debug");
    BOOST_TEST_REQUIRE(all.monitoring.listen.size() == 2U);
    BOOST_TEST(all.monitoring.listen[0].address == "127.0.0.1");  // a port alone is not for everybody
    BOOST_TEST(all.monitoring.listen[0].port == 9100);
    BOOST_TEST(all.monitoring.listen[1].address == "192.0.2.1");
}

BOOST_AUTO_TEST_CASE(bad_values_are_refused_under_the_name_of_their_key) {
    const std::pair<const char*, const char*> cases[] = {
        {"users", "{ a: b }"},
        {"box.api_url", "api.box.com"},
        {"box.api_url", "ftp://api.box.com"},
        {"box.upload_url", "https://"},
        {"box.ca_file", "[]"},
        {"box.proxy", "https://proxy:3128"},
        {"box.proxy", "{ port: 3128 }"},
        {"box.proxy", "{ url: 'http://proxy:1', host: proxy }"},
        {"box.proxy", "{ host: proxy, password: p }"},
        {"box.proxy.port", "0"},
        {"box.events", "maybe"},
        {"box.notifications", "1"},
        {"ftp.listen", "nowhere"},
        {"ftp.passive_ports", "50000-70000"},
        {"ftp.passive_ports", "many"},
        {"ftp.passive_address_for", "10.0.0.0/8"},
        {"ftp.active", "yes"},
        {"ftp.active_source", "20"},
        {"ftp.list_zone", "Europe/Atlantis"},
        {"ftp.list_zone", "../../etc/passwd"},
        {"ftp.commit_keepalive", "99ms"},
        {"ftp.commit_keepalive", "61s"},
        {"ftp.commit_keepalive", "never"},
        {"ftp.eof_grace", "0ms"},
        {"ftp.eof_grace", "2m"},
        {"ftp.tls.mode", "on"},
        {"ftp.tls.implicit_listen", "990:990"},
        {"ftp.tls.require_session_reuse", "often"},
        {"ftp.tls.require_close_notify", "2"},
        {"sftp.listen", "22.22"},
        {"sftp.host_keys", "{ a: b }"},
        {"sftp.algorithms", "weak"},
        {"sftp.set_times", "keep"},
        {"spool.mode", "tape"},
        {"spool.max_size", "1023KiB"},
        {"limits.workers", "257"},
        {"limits.max_sessions", "0"},
        {"limits.max_sessions_per_login", "0"},
        {"limits.max_sessions_per_address", "-1"},
        {"limits.transfer_memory", "1MiB"},
        {"limits.transfer_memory", "64"},
        {"limits.login_timeout", "2h"},
        {"limits.idle_timeout", "0s"},
        {"limits.transfer_timeout", "0s"},
        {"limits.box_call_timeout", "61m"},
        {"limits.commit_timeout", "0s"},
        {"limits.max_wait", "61m"},
        {"limits.drain_timeout", "25h"},
        {"limits.cache_ttl", "soon"},
        {"limits.box_connections", "0"},
        {"limits.box_calls_per_minute", "1000001"},
        {"limits.box_uploads_per_minute", "1.5"},
        {"limits.box_enterprise_calls_per_minute", "all"},
        {"limits.box_enterprise_uploads_per_minute", "0x10"},
        {"login_guard.ban_after", "-1"},
        {"login_guard.ban_address_after", "few"},
        {"login_guard.window", "0s"},
        {"login_guard.ban_time", "49h"},
        {"login_guard.never_ban", "10.0.0.1/8"},
        {"log.format", "xml"},
        {"log.level", "loud"},
        {"monitoring.listen", "65536"},
    };
    for (const auto& [key, value] : cases) {
        // "a.b.c" becomes "{a: {b: {c: value}}}".
        std::string text;
        std::string_view rest = key;
        std::string closing;
        for (auto dot = rest.find('.'); dot != rest.npos; dot = rest.find('.')) {
            text += std::string(rest.substr(0, dot)) + ": { ";
            closing += " }";
            rest.remove_prefix(dot + 1);
        }
        text += std::string(rest) + ": " + value + closing + "\n";
        yaml_lab lab;
        lab.gateway(text);
        BOOST_TEST(lab.faults().size() == 1U, text << lab.told());
        BOOST_TEST(lab.told().find(key) != std::string::npos, text << lab.told());
    }
}

BOOST_AUTO_TEST_SUITE_END()
