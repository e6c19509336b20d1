#include "server/file_watch.hpp"

#include "tests/support/temp_dir.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(file_watch)

namespace asio = boost::asio;
using boxgate::testing::temp_dir;
namespace fs = std::filesystem;

namespace {

struct lab {
    lab() { marker.set({home / "marker"}); }

    // Whether what was done before is seen. The marker is changed behind it, and waited for, so that "no" is an answer.
    bool saw_change() {
        bool seen = false;
        bool marked = false;
        asio::co_spawn(context, watch.changed(), [&](std::exception_ptr) { seen = true; });
        asio::co_spawn(context, marker.changed(), [&](std::exception_ptr) { marked = true; });
        home.write("marker", "now");
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!marked && std::chrono::steady_clock::now() < deadline) context.run_one_for(std::chrono::seconds(1));
        BOOST_TEST_REQUIRE(marked);
        while (context.poll() > 0) {
        }
        return seen;
    }

    temp_dir home;
    asio::io_context context;
    boxgate::server::file_watch watch{context.get_executor()};
    boxgate::server::file_watch marker{context.get_executor()};
};

}  // namespace

BOOST_AUTO_TEST_CASE(writing_replacing_and_removing_is_seen) {
    for (const int how : {0, 1, 2}) {
        lab on;
        const auto file = on.home.write("users.yaml", "old");
        on.watch.set({file});
        if (how == 0) on.home.write("users.yaml", "new");
        if (how == 1) fs::rename(on.home.write("other", "new"), file);
        if (how == 2) fs::remove(file);
        BOOST_TEST(on.saw_change(), how);
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_yet_is_seen_when_it_comes) {
    lab on;
    on.watch.set({on.home / "later/users.yaml"});
    on.home.write("later/users.yaml", "new");
    BOOST_TEST(on.saw_change());
}

BOOST_AUTO_TEST_CASE(other_files_are_not) {
    lab on;
    on.watch.set({on.home.write("users.yaml", "old")});
    on.home.write("unrelated", "x");
    BOOST_TEST(!on.saw_change());
}

BOOST_AUTO_TEST_CASE(a_link_on_the_way_that_is_exchanged_is_seen) {
    lab on;
    on.home.write("..1/users.yaml", "old");
    on.home.write("..2/users.yaml", "new");
    fs::create_symlink("..1", on.home / "..data");
    fs::create_symlink("..data/users.yaml", on.home / "users.yaml");
    on.watch.set({on.home / "users.yaml"});
    fs::create_symlink("..2", on.home / "..next");
    fs::rename(on.home / "..next", on.home / "..data");
    BOOST_TEST(on.saw_change());
}

BOOST_AUTO_TEST_CASE(every_name_in_a_folder_counts) {
    lab on;
    fs::create_directory(on.home / "users");
    on.watch.set({on.home / "users"});
    on.home.write("users/one.yaml", "new");
    BOOST_TEST(on.saw_change());
}

BOOST_AUTO_TEST_SUITE_END()
