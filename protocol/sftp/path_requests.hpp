#pragma once

#include "protocol/sftp/handle_table.hpp"
#include "protocol/sftp/request.hpp"
#include "protocol/sftp/workplace.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace boxgate::sftp {

/// Carries out the requests about paths, OPEN and OPENDIR among them, and answers each.
class path_requests : public std::enable_shared_from_this<path_requests> {
public:
    path_requests(std::shared_ptr<workplace> where, std::shared_ptr<handle_table> handles)
        : place_(std::move(where)), handles_(std::move(handles)) {}

    boost::asio::awaitable<void> serve(request what, storage::path path, storage::path target);

private:
    using outcome = storage::result<void>;

    boost::asio::awaitable<outcome> open(const request& what, const storage::path& path);
    boost::asio::awaitable<outcome> open_for_writing(const request& what, const storage::path& path);
    boost::asio::awaitable<outcome> open_directory(const request& what, const storage::path& path);
    boost::asio::awaitable<outcome> stat(const request& what, const storage::path& path);
    boost::asio::awaitable<outcome> set_stat(const request& what, const storage::path& path);
    boost::asio::awaitable<outcome> space(const request& what, const storage::path& path);
    boost::asio::awaitable<outcome> hash(const request& what, const storage::path& path);
    boost::asio::awaitable<outcome> change(const request& what, const storage::path& path, const storage::path& target);
    storage::failure too_many_open() const;
    boost::asio::awaitable<storage::result<storage::entry>> look(const storage::path& path);

    std::shared_ptr<workplace> place_;
    std::shared_ptr<handle_table> handles_;
};

}  // namespace boxgate::sftp
