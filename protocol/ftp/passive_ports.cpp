#include "protocol/ftp/passive_ports.hpp"

namespace boxgate::ftp {

using boost::asio::ip::tcp;

passive_ports::lease::lease(std::shared_ptr<passive_ports> from, tcp::acceptor acceptor, std::uint16_t port,
                            std::string holder)
    : from_(std::move(from)), acceptor_(std::move(acceptor)), port_(port), holder_(std::move(holder)) {
    ++from_->in_use_;
}

passive_ports::lease::~lease() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    --from_->in_use_;
    from_->give_back(port_, holder_);
}

// Ports are handed out in turn, so that one that was just closed rests before somebody else gets it.
std::optional<std::uint16_t> passive_ports::take(const std::string& holder) {
    const std::lock_guard lock(mutex_);
    const auto count = static_cast<std::size_t>(last_ - first_) + 1;
    if (taken_.size() + count / 4 >= count && held_.contains(holder)) return std::nullopt;
    for (std::size_t tries = 0; tries < count; ++tries) {
        const auto port = next_;
        next_ = next_ == last_ ? first_ : static_cast<std::uint16_t>(next_ + 1);
        if (!taken_.insert(port).second) continue;
        ++held_[holder];
        return port;
    }
    return std::nullopt;
}

void passive_ports::give_back(std::uint16_t port, const std::string& holder) {
    const std::lock_guard lock(mutex_);
    if (taken_.erase(port) == 0) return;  // one that the kernel chose
    const auto found = held_.find(holder);
    if (--found->second == 0) held_.erase(found);
}

std::unique_ptr<passive_ports::lease> passive_ports::open(boost::asio::any_io_executor executor,
                                                          const boost::asio::ip::address& address,
                                                          const std::string& holder) {
    const bool any = first_ == 0;
    const auto tries = any ? 1 : static_cast<std::size_t>(last_ - first_) + 1;
    for (std::size_t i = 0; i < tries; ++i) {
        std::uint16_t port = 0;
        if (!any) {
            const auto taken = take(holder);
            if (!taken) return nullptr;
            port = *taken;
        }
        boost::system::error_code error;
        tcp::acceptor acceptor(executor);
        const tcp::endpoint endpoint(address, port);
        acceptor.open(endpoint.protocol(), error);
        if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        if (!error) acceptor.bind(endpoint, error);
        if (!error) acceptor.listen(1, error);
        if (!error) {
            const auto bound = acceptor.local_endpoint(error).port();
            return std::make_unique<lease>(shared_from_this(), std::move(acceptor), bound, holder);
        }
        // Another program has this port: try the next.
        if (!any) give_back(port, holder);
    }
    return nullptr;
}

}  // namespace boxgate::ftp
