#pragma once

#include "box/http/connection_pool.hpp"
#include "box/http/message.hpp"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <memory>
#include <optional>

namespace boxgate::box::http {

using response_parser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;

/// The body behind a parsed response head. Of a known length it is read straight into the caller's memory, otherwise
/// through the parser. Its end gives the connection back.
class incoming_body final : public body_stream {
public:
    /// `whole_request`: the request was sent to its end, so that the connection may carry another.
    incoming_body(std::unique_ptr<connection_pool::lease> from, std::unique_ptr<response_parser> parser,
                  bool whole_request, connection::clock::duration patience);

    boost::asio::awaitable<storage::result<std::size_t>> read_some(std::span<std::byte> into) override;

private:
    boost::asio::awaitable<storage::result<std::size_t>> read_known(std::span<std::byte> into);
    boost::asio::awaitable<storage::result<std::size_t>> read_parsed(std::span<std::byte> into);
    storage::failure fail(const boost::system::error_code& error);
    void finish();

    std::unique_ptr<connection_pool::lease> lease_;  // null after the end
    std::unique_ptr<response_parser> parser_;
    bool whole_request_;
    connection::clock::duration patience_;
    std::optional<std::uint64_t> remaining_;  // set where the head announced the length
    std::optional<storage::failure> failed_;  // said again to whoever reads on
};

}  // namespace boxgate::box::http
