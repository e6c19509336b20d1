#include "server/listener.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(listener)

namespace asio = boost::asio;
using asio::ip::tcp;
using boxgate::conf::endpoint;
using boxgate::server::open_acceptor;

namespace {

bool reaches(asio::io_context& context, const char* address, std::uint16_t port) {
    tcp::socket socket(context);
    boost::system::error_code error;
    socket.connect(tcp::endpoint(asio::ip::make_address(address), port), error);
    return !error;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_line_for_ipv6_takes_ipv4_too) {
    asio::io_context context;
    const std::vector<endpoint> all{{"::", 0}};
    const auto acceptor = open_acceptor(context.get_executor(), all[0], all);
    BOOST_TEST(reaches(context, "127.0.0.1", acceptor.local_endpoint().port()));
    BOOST_TEST(reaches(context, "::1", acceptor.local_endpoint().port()));
}

BOOST_AUTO_TEST_CASE(a_line_for_each_goes_as_well_in_any_order) {
    for (const auto& [first, second] : {std::pair("0.0.0.0", "::"), std::pair("::", "127.0.0.1")}) {
        asio::io_context context;
        const auto port = [&] {
            const std::vector<endpoint> any{{first, 0}};
            return open_acceptor(context.get_executor(), any[0], {}).local_endpoint().port();
        }();
        const std::vector<endpoint> all{{first, port}, {second, port}};
        const auto one = open_acceptor(context.get_executor(), all[0], all);
        const auto other = open_acceptor(context.get_executor(), all[1], all);
        BOOST_TEST(reaches(context, "127.0.0.1", port));
        BOOST_TEST(reaches(context, "::1", port));
    }
}

BOOST_AUTO_TEST_CASE(what_is_taken_is_named) {
    asio::io_context context;
    const auto taken = open_acceptor(context.get_executor(), {"127.0.0.1", 0}, {});
    const auto port = taken.local_endpoint().port();
    try {
        open_acceptor(context.get_executor(), {"127.0.0.1", port}, {});
        BOOST_TEST(false, "two listen on one port");
    } catch (const boost::system::system_error& error) {
        const std::string text = error.what();
        BOOST_TEST(text.find("cannot listen on 127.0.0.1 port " + std::to_string(port)) != std::string::npos, text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
