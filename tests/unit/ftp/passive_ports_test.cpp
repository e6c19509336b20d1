#include "protocol/ftp/passive_ports.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace boxgate::testing {

namespace {

using boost::asio::ip::tcp;
const auto local = boost::asio::ip::make_address("127.0.0.1");

// A range of ports of which none is in use: the kernel is asked for one at a time.
std::uint16_t free_range(boost::asio::io_context& context, unsigned count) {
    for (unsigned tries = 0; tries < 100; ++tries) {
        std::uint16_t first = 0;
        {
            tcp::acceptor any(context, {local, 0});
            first = any.local_endpoint().port();
        }
        if (first > 65000) continue;
        bool all = true;
        for (unsigned i = 0; i < count && all; ++i) {
            boost::system::error_code error;
            tcp::acceptor one(context);
            one.open(tcp::v4(), error);
            one.bind({local, static_cast<std::uint16_t>(first + i)}, error);
            all = !error;
        }
        if (all) return first;
    }
    throw std::runtime_error("no free range of ports");
}

struct ports_lab {
    explicit ports_lab(unsigned count)
        : first(free_range(context, count)),
          ports(std::make_shared<ftp::passive_ports>(first, static_cast<std::uint16_t>(first + count - 1))) {}

    std::unique_ptr<ftp::passive_ports::lease> open(const std::string& holder) {
        return ports->open(context.get_executor(), local, holder);
    }

    boost::asio::io_context context;
    std::uint16_t first;
    std::shared_ptr<ftp::passive_ports> ports;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(passive_ports)

BOOST_AUTO_TEST_CASE(a_lease_listens_on_a_port_of_the_range_and_gives_it_back) {
    ports_lab one(2);
    auto held = one.open("a");
    BOOST_REQUIRE(held);
    BOOST_TEST(held->port() >= one.first);
    BOOST_TEST(held->port() <= one.first + 1);
    BOOST_TEST(one.ports->in_use() == 1u);
    tcp::socket client(one.context);
    client.connect({local, held->port()});
    held.reset();
    BOOST_TEST(one.ports->in_use() == 0u);
}

BOOST_AUTO_TEST_CASE(when_all_are_taken_there_is_none_until_one_comes_back) {
    ports_lab one(2);
    auto first = one.open("a");
    const auto second = one.open("b");
    BOOST_REQUIRE(second);
    BOOST_TEST(first->port() != second->port());
    BOOST_TEST(!one.open("c"));
    BOOST_TEST(one.ports->in_use() == 2u);
    first.reset();
    BOOST_TEST(one.open("c"));
}

BOOST_AUTO_TEST_CASE(ports_are_handed_out_in_turn) {
    ports_lab one(3);
    const auto first = one.open("a")->port();
    const auto second = one.open("a")->port();
    const auto third = one.open("a")->port();
    BOOST_TEST(first != second);
    BOOST_TEST(second != third);
    BOOST_TEST(one.open("a")->port() == first);
}

BOOST_AUTO_TEST_CASE(the_last_quarter_is_for_clients_that_hold_none) {
    ports_lab one(8);
    std::vector<std::unique_ptr<ftp::passive_ports::lease>> greedy;
    for (int i = 0; i < 6; ++i) {
        greedy.push_back(one.open("greedy"));
        BOOST_TEST(greedy.back(), i);
    }
    BOOST_TEST(!one.open("greedy"));
    const auto modest = one.open("modest");
    BOOST_TEST(modest);
    BOOST_TEST(!one.open("modest"));
    BOOST_TEST(one.open("another"));
}

BOOST_AUTO_TEST_CASE(a_port_that_another_program_has_is_passed_over) {
    ports_lab one(2);
    tcp::acceptor other(one.context);
    other.open(tcp::v4());
    other.bind({local, one.first});
    other.listen();
    const auto held = one.open("a");
    BOOST_REQUIRE(held);
    BOOST_TEST(held->port() == one.first + 1);
    BOOST_TEST(!one.open("b"));
    BOOST_TEST(one.ports->in_use() == 1u);
}

BOOST_AUTO_TEST_CASE(without_a_range_the_kernel_chooses) {
    boost::asio::io_context context;
    const auto ports = std::make_shared<ftp::passive_ports>(0, 0);
    std::vector<std::unique_ptr<ftp::passive_ports::lease>> held;
    for (int i = 0; i < 20; ++i) held.push_back(ports->open(context.get_executor(), local, "a"));
    BOOST_TEST(held.back());
    BOOST_TEST(ports->in_use() == 20u);
    held.clear();
    BOOST_TEST(ports->in_use() == 0u);
}

BOOST_AUTO_TEST_CASE(a_lease_may_outlive_whoever_shares_the_ports) {
    ports_lab one(1);
    auto held = one.open("a");
    one.ports.reset();
    held.reset();
    BOOST_TEST(!held);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
