#include "protocol/storage/guarded_filesystem.hpp"

namespace boxgate::storage {

namespace {

failure refused(std::string_view permission) {
    return failure(errc::denied, "this account has no '" + std::string(permission) + "' permission");
}

}  // namespace

guarded_filesystem::guarded_filesystem(std::unique_ptr<filesystem> inner, access granted)
    : inner_(std::move(inner)), granted_(granted) {}

// Clients stat before and after nearly everything, so an account that may do anything at all may stat; an upload-only
// account would otherwise see its own uploads fail in the client.
filesystem::task<entry> guarded_filesystem::stat(path where) {
    if (granted_ == access::none) co_return refused("list");
    co_return co_await inner_->stat(std::move(where));
}

filesystem::task<std::unique_ptr<lister>> guarded_filesystem::list(path where) {
    if (!grants(granted_, access::list)) co_return refused("list");
    co_return co_await inner_->list(std::move(where));
}

filesystem::task<std::unique_ptr<source>> guarded_filesystem::open_read(path where) {
    if (!grants(granted_, access::download)) co_return refused("download");
    co_return co_await inner_->open_read(std::move(where));
}

filesystem::task<std::unique_ptr<sink>> guarded_filesystem::open_write(path where, write_mode mode,
                                                                       std::optional<announced_size> size) {
    const bool may_create = grants(granted_, access::upload);
    const bool may_replace = grants(granted_, access::overwrite);
    if (!may_create && !may_replace) co_return refused("upload");
    if (!may_create) {
        if (mode == write_mode::create) co_return refused("upload");
        const auto existing = co_await inner_->stat(where);
        if (existing.has_error() && existing.error().code == errc::not_found) co_return refused("upload");
        if (existing.has_error()) co_return existing.error();
    }
    if (!may_replace) mode = write_mode::create;
    co_return co_await inner_->open_write(std::move(where), mode, size);
}

filesystem::task<entry> guarded_filesystem::make_directory(path where) {
    if (!grants(granted_, access::mkdir)) co_return refused("mkdir");
    co_return co_await inner_->make_directory(std::move(where));
}

filesystem::task<void> guarded_filesystem::remove_file(path where) {
    if (!grants(granted_, access::remove)) co_return refused("delete");
    co_return co_await inner_->remove_file(std::move(where));
}

filesystem::task<void> guarded_filesystem::remove_directory(path where) {
    if (!grants(granted_, access::remove)) co_return refused("delete");
    co_return co_await inner_->remove_directory(std::move(where));
}

filesystem::task<entry> guarded_filesystem::rename(path from, path to, bool may_replace) {
    if (!grants(granted_, access::rename)) co_return refused("rename");
    co_return co_await inner_->rename(std::move(from), std::move(to),
                                      may_replace && grants(granted_, access::overwrite));
}

filesystem::task<entry> guarded_filesystem::copy(path from, path to) {
    if (!grants(granted_, access::download)) co_return refused("download");
    if (!grants(granted_, access::upload)) co_return refused("upload");
    co_return co_await inner_->copy(std::move(from), std::move(to));
}

filesystem::task<space_info> guarded_filesystem::space(path where) {
    if (granted_ == access::none) co_return refused("list");
    co_return co_await inner_->space(std::move(where));
}

}  // namespace boxgate::storage
