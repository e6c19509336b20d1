#include "protocol/storage/guarded_filesystem.hpp"

namespace boxgate::storage {

namespace {

class guarded_lister final : public lister {
public:
    guarded_lister(std::unique_ptr<lister> inner, access_rules granted, path of)
        : inner_(std::move(inner)),
          granted_(std::move(granted)),
          of_(std::move(of)),
          here_(granted_.at(of_)),
          differs_(granted_.has_rule_within(of_)) {}

    boost::asio::awaitable<result<std::vector<entry>>> next(std::size_t max) override {
        auto some = co_await inner_->next(max);
        if (some.has_error()) co_return some;
        for (auto& one : *some) one.allowed = one.allowed & (differs_ ? granted_.at(of_.child(one.name)) : here_);
        co_return some;
    }

private:
    std::unique_ptr<lister> inner_;
    access_rules granted_;
    path of_;
    access here_;
    bool differs_;  // some of the entries have rules of their own
};

}  // namespace

guarded_filesystem::guarded_filesystem(std::unique_ptr<filesystem> inner, access_rules granted)
    : inner_(std::move(inner)), granted_(std::move(granted)) {}

failure guarded_filesystem::refused(std::string_view verb, const path& where, std::string_view permission) {
    failure why(errc::denied, "this account has no '" + std::string(permission) + "' permission");
    inner_->note_refusal(verb, where, why);
    return why;
}

// Clients stat before and after nearly everything, so an account that may do anything at all may stat; an upload-only
// account would otherwise see its own uploads fail in the client. Nor can anybody get to a path without those above it.
filesystem::task<entry> guarded_filesystem::stat(path where) {
    const bool hidden = granted_.at(where) == access::none && !granted_.has_rule_within(where);
    if (hidden || granted_.anywhere() == access::none) co_return refused("stat", where, "list");
    auto found = co_await inner_->stat(where);
    if (found.has_error()) co_return found;
    co_return shown(std::move(*found), where);
}

entry guarded_filesystem::shown(entry what, const path& where) const {
    const auto granted = granted_.at(where);
    what.allowed = what.allowed & granted;
    // A hash would confirm what is guessed of the content.
    if (!grants(granted, access::download)) what.sha1.clear();
    return what;
}

filesystem::task<std::unique_ptr<lister>> guarded_filesystem::list(path where) {
    if (!may(access::list, where)) co_return refused("list", where, "list");
    auto found = co_await inner_->list(where);
    if (found.has_error()) co_return found;
    co_return std::make_unique<guarded_lister>(std::move(*found), granted_, std::move(where));
}

filesystem::task<std::unique_ptr<source>> guarded_filesystem::open_read(path where) {
    if (!may(access::download, where)) co_return refused("download", where, "download");
    co_return co_await inner_->open_read(std::move(where));
}

filesystem::task<std::unique_ptr<sink>> guarded_filesystem::open_write(path where, write_mode mode,
                                                                       std::optional<announced_size> size) {
    const bool may_create = may(access::upload, where);
    const bool may_replace = may(access::overwrite, where);
    if (!may_create && !may_replace) co_return refused("upload", where, "upload");
    if (!may_create) {
        if (mode == write_mode::create) co_return refused("upload", where, "upload");
        const auto existing = co_await inner_->stat(where);
        if (existing.has_error() && existing.error().code == errc::not_found)
            co_return refused("upload", where, "upload");
        if (existing.has_error()) co_return existing.error();
    }
    if (!may_replace) mode = write_mode::create;
    co_return co_await inner_->open_write(std::move(where), mode, size);
}

filesystem::task<entry> guarded_filesystem::make_directory(path where) {
    if (!may(access::mkdir, where)) co_return refused("mkdir", where, "mkdir");
    co_return co_await inner_->make_directory(std::move(where));
}

filesystem::task<void> guarded_filesystem::remove_file(path where) {
    if (!may(access::remove, where)) co_return refused("delete", where, "delete");
    co_return co_await inner_->remove_file(std::move(where));
}

filesystem::task<void> guarded_filesystem::remove_directory(path where) {
    if (!may(access::remove, where)) co_return refused("rmdir", where, "delete");
    co_return co_await inner_->remove_directory(std::move(where));
}

filesystem::task<entry> guarded_filesystem::rename(path from, path to, bool may_replace) {
    if (!may(access::rename, from)) co_return refused("rename", from, "rename");
    if (!may(access::rename, to) && !may(access::upload, to)) co_return refused("rename", to, "upload");
    if (granted_.has_rule_within(from) && from != to) {
        failure why(errc::denied, "this folder, or one in it, has permissions of its own and stays where it is");
        inner_->note_refusal("rename", from, why);
        co_return why;
    }
    const bool replacing = may_replace && may(access::overwrite, to);
    co_return co_await inner_->rename(std::move(from), std::move(to), replacing);
}

filesystem::task<entry> guarded_filesystem::copy(path from, path to) {
    if (!may(access::download, from)) co_return refused("copy", from, "download");
    if (!may(access::upload, to)) co_return refused("copy", to, "upload");
    co_return co_await inner_->copy(std::move(from), std::move(to));
}

filesystem::task<space_info> guarded_filesystem::space(path where) {
    if (granted_.anywhere() == access::none) co_return refused("space", where, "list");
    co_return co_await inner_->space(std::move(where));
}

}  // namespace boxgate::storage
