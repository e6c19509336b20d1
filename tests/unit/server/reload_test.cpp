#include "server/reload.hpp"

#include "conf/settings/settings_yaml.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <thread>

BOOST_AUTO_TEST_SUITE(reload)

namespace asio = boost::asio;
namespace conf = boxgate::conf;
namespace fs = std::filesystem;
namespace runtime = boxgate::runtime;
using boxgate::testing::temp_dir;
using namespace std::chrono_literals;

namespace {

std::string table_of(const std::vector<std::string>& logins) {
    std::string text = "box_apps:\n  main: { client_id: id, client_secret: file:secret, enterprise_id: '1' }\nusers:\n";
    for (const auto& login : logins) {
        text += "  " + login +
                ": { box_app: main, password: "
                "'$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
                "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1' }\n";
    }
    return text;
}

struct lab {
    lab() : file(home.write("users.yaml", table_of({"ann", "bob"}))) { home.write("secret", "s3cret\n"); }

    conf::user_table_settings read() {
        std::vector<conf::fault> faults;
        auto table = conf::load_users({file}, conf::read_text_file, faults, known);
        BOOST_TEST_REQUIRE(faults.empty());
        return table;
    }
    void start(const conf::user_table_settings& present) {
        const auto take = [this](conf::user_table_settings users) -> asio::awaitable<void> {
            std::string names;
            for (const auto& [login, user] : users.users) names += login + " ";
            taken.push_back(names);
            co_return;
        };
        subject.emplace(context, std::vector<fs::path>{file}, present, known, log, runtime::telemetry::none(), take);
        subject->start();
    }
    bool run_until(const std::function<bool()>& holds, std::chrono::steady_clock::duration patience = 10s) {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (!holds() && std::chrono::steady_clock::now() < end) context.run_one_for(10ms);
        return holds();
    }
    bool says(const std::string& event) const { return lines.str().find(event) != std::string::npos; }

    temp_dir home;
    fs::path file;
    conf::opened_keys known;
    std::stringstream lines;
    runtime::log log{runtime::log_format::human, runtime::log_level::info,
                     [this](std::string_view line) { lines << line; }};
    asio::io_context context;
    std::vector<std::string> taken;
    std::optional<boxgate::server::reloader> subject;
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_has_not_changed_since_it_was_read_is_not_read_again) {
    lab on;
    on.start(on.read());
    BOOST_TEST(!on.run_until([&] { return !on.taken.empty(); }, 700ms));
}

BOOST_AUTO_TEST_CASE(what_changed_before_anybody_watched_is_taken_over) {
    lab on;
    const auto before = on.read();
    on.home.write("users.yaml", table_of({"ann"}));
    on.start(before);
    BOOST_TEST(on.run_until([&] { return !on.taken.empty(); }));
    BOOST_TEST(on.taken.front() == "ann ");
    lab secret;
    const auto other = secret.read();
    secret.home.write("secret", "another\n");
    secret.start(other);
    BOOST_TEST(secret.run_until([&] { return !secret.taken.empty(); }));
    lab broken;
    const auto good = broken.read();
    broken.home.write("users.yaml", "users: [");
    broken.start(good);
    BOOST_TEST(broken.run_until([&] { return broken.says("users_kept"); }));
    BOOST_TEST(broken.taken.empty());
}

BOOST_AUTO_TEST_CASE(a_file_that_is_just_being_written_is_waited_for) {
    lab on;
    on.start(on.read());
    // Half a table is a table, and somebody goes on writing to it. SIGHUP has it read at once.
    on.home.write("users.yaml", table_of({"ann"}));
    {
        const std::jthread writer([&on](std::stop_token stop) {
            while (!stop.stop_requested()) {
                fs::last_write_time(on.file, fs::file_time_type::clock::now());
                std::this_thread::sleep_for(2ms);
            }
        });
        on.subject->request();
        BOOST_TEST(!on.run_until([&] { return !on.taken.empty(); }, 600ms));
    }
    on.home.write("users.yaml", table_of({"ann", "bob", "cid"}));
    BOOST_TEST(on.run_until([&] { return !on.taken.empty(); }));
    BOOST_TEST(on.taken.front() == "ann bob cid ");
}

BOOST_AUTO_TEST_CASE(an_empty_file_takes_nobody_away) {
    lab on;
    on.start(on.read());
    on.home.write("users.yaml", "");
    BOOST_TEST(on.run_until([&] { return on.says("users_kept"); }));
    BOOST_TEST(on.taken.empty());
}

BOOST_AUTO_TEST_SUITE_END()
