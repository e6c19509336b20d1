#pragma once

#include "protocol/sftp/server.hpp"
#include "tests/support/memory_filesystem.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace boxgate::testing {

/// The bytes of one SFTP packet, length in front.
class sftp_packet {
public:
    explicit sftp_packet(sftp::packet type) { u8(static_cast<std::uint8_t>(type)); }
    explicit sftp_packet(std::uint8_t type) { u8(type); }

    sftp_packet& u8(std::uint8_t value);
    sftp_packet& u32(std::uint32_t value);
    sftp_packet& u64(std::uint64_t value);
    sftp_packet& text(std::string_view value);  ///< with its length
    sftp_packet& raw(std::string_view value);

    std::string bytes() const;

private:
    std::string body_;
};

/// A reply: what stands behind the id.
struct sftp_reply {
    sftp::packet type{};
    std::uint32_t id = 0;
    std::string body;

    sftp::fx code() const;        ///< of a STATUS
    std::string message() const;  ///< of a STATUS
    std::string string() const;   ///< the first string: a handle, data
    std::uint64_t size() const;   ///< of an ATTRS
    std::uint32_t mode() const;   ///< of an ATTRS
    /// Names and long names of a NAME.
    std::vector<std::pair<std::string, std::string>> names() const;
};

/// An SFTP server without a network on a memory tree, and the client's side of its conversation.
class sftp_lab {
public:
    explicit sftp_lab(sftp::options limits = {}, std::size_t blocks = 64);
    ~sftp_lab();

    /// INIT and the answer to it.
    sftp_reply greet();

    /// Feeds bytes as far as the server takes them while it also works; the rest waits for the next call of any kind.
    void send(const std::string& bytes);
    void send(const sftp_packet& packet) { send(packet.bytes()); }
    /// The reply to `id`; throws if it does not come within seconds.
    sftp_reply reply(std::uint32_t id, const std::source_location& caller = std::source_location::current());
    bool has_reply(std::uint32_t id) const { return replies_.contains(id); }
    sftp_reply ask(std::uint32_t id, const sftp_packet& packet,
                   const std::source_location& caller = std::source_location::current());

    /// Lets everything happen that can.
    void settle();
    /// Runs until `condition` holds; throws after some seconds.
    void until(const std::function<bool()>& condition,
               const std::source_location& caller = std::source_location::current());
    std::size_t unsent() const { return input_.size(); }
    /// While true the client takes no replies.
    bool deaf = false;
    std::vector<std::uint32_t> order;  ///< ids in the order of the replies

    // Requests.
    std::string open(std::string_view path, std::uint32_t flags,
                     const std::source_location& caller = std::source_location::current());
    sftp_reply try_open(std::string_view path, std::uint32_t flags, std::optional<std::uint64_t> size = {});
    sftp_reply write(const std::string& handle, std::uint64_t offset, std::string_view bytes);
    sftp_reply read(const std::string& handle, std::uint64_t offset, std::uint32_t length);
    sftp_reply close(const std::string& handle);
    sftp_reply path_request(sftp::packet type, std::string_view path);
    sftp_packet make_write(std::uint32_t id, const std::string& handle, std::uint64_t offset, std::string_view bytes);
    sftp_packet make_read(std::uint32_t id, const std::string& handle, std::uint64_t offset, std::uint32_t length);
    std::uint32_t next_id() { return next_id_++; }

    boost::asio::io_context context{1};
    std::shared_ptr<memory_tree> tree = std::make_shared<memory_tree>();
    std::shared_ptr<storage::block_pool> blocks;
    std::string log_lines;
    std::unique_ptr<sftp::server> server;

private:
    void exchange();

    runtime::log log_;
    std::string input_;
    std::string output_;
    std::map<std::uint32_t, sftp_reply> replies_;
    std::uint32_t next_id_ = 1000;
};

}  // namespace boxgate::testing
