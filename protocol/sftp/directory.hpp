#pragma once

#include "protocol/sftp/open_handle.hpp"
#include "protocol/storage/transfer.hpp"

#include <memory>

namespace boxgate::sftp {

/// A directory being listed, a hundred entries a reply. "." and ".." come first, as OpenSSH's server sends them.
class directory final : public open_handle {
public:
    directory(std::shared_ptr<workplace> where, storage::path opened, std::unique_ptr<storage::lister> from);

    storage::entry stat() const override;
    std::optional<storage::failure> set_attributes(const attributes& wanted) override;

private:
    bool accepts(verb what) const override { return what == verb::readdir; }
    boost::asio::awaitable<void> serve(request what) override;
    boost::asio::awaitable<void> serve_close(std::uint32_t id) override;

    std::unique_ptr<storage::lister> lister_;
    bool dots_sent_ = false;
};

}  // namespace boxgate::sftp
