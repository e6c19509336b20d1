#include "box/box_filesystem.hpp"

#include "box/content_move.hpp"
#include "box/names.hpp"
#include "box/reader.hpp"
#include "box/uploader.hpp"
#include "conf/runtime/offload.hpp"

namespace boxgate::box {

namespace asio = boost::asio;
using storage::entry;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

// A folder as it arrives: a page of up to 1,000 entries from Box at a time.
class page_lister final : public storage::lister {
public:
    page_lister(std::shared_ptr<worker_context> with, std::shared_ptr<tree> in, std::string folder_id,
                resolver::page first)
        : with_(std::move(with)), tree_(std::move(in)), folder_id_(std::move(folder_id)), page_(std::move(first)) {}

    asio::awaitable<result<std::vector<entry>>> next(std::size_t max) override {
        std::vector<entry> entries;
        while (at_ == page_.content.entries.size()) {
            if (page_.content.next_marker.empty()) co_return entries;
            auto page = keeping(tree_, tree_->list(folder_id_, page_.content.next_marker, page_.mark));
            auto next_page = co_await runtime::run_on(with_->control, std::move(page));
            if (next_page.has_error()) co_return next_page.error();
            page_ = std::move(*next_page);
            at_ = 0;
        }
        while (at_ < page_.content.entries.size() && entries.size() < max) {
            entries.push_back(to_entry(page_.content.entries[at_++]));
        }
        co_return entries;
    }

private:
    std::shared_ptr<worker_context> with_;
    std::shared_ptr<tree> tree_;
    std::string folder_id_;
    resolver::page page_;
    std::size_t at_ = 0;
};

// The first page, with a stale folder id found out and resolved once more.
asio::awaitable<result<std::pair<std::string, resolver::page>>> first_page(std::shared_ptr<tree> in,
                                                                           std::string root_id, storage::path where) {
    for (bool again = false;; again = true) {
        auto folder = co_await in->names().find(root_id, where);
        if (folder.has_error()) co_return folder.error();
        if (folder->type != api::item_type::folder) {
            co_return failure(errc::not_a_directory, "'" + folder->name + "' is a file");
        }
        auto page = co_await in->list(folder->id, std::string(), 0);
        if (page.has_value()) co_return std::pair(folder->id, std::move(*page));
        if (page.error().code != errc::not_found || again || where.is_root()) co_return page.error();
        in->names().removed(folder->parent_id, folder->id);
    }
}

// What an upload has to know. With mode create, and where names that differ in case are refused, what the cache takes
// to be in the way is confirmed by Box before anybody is refused for it.
asio::awaitable<result<tree::upload_place>> place_for(std::shared_ptr<tree> in, std::string root_id,
                                                      storage::path where, storage::write_mode mode,
                                                      bool refuse_case_clash) {
    auto place = co_await in->place_of_upload(std::move(root_id), std::move(where));
    if (place.has_error() || !place->existing) co_return place;
    const bool clash = !is_same_name(place->existing->name, place->name) && refuse_case_clash;
    if (mode == storage::write_mode::replace && !clash) co_return place;
    const auto now = co_await in->names().fresh_child(place->parent_id, place->name);
    if (now.has_error() && now.error().code == errc::not_found) {
        in->names().removed(place->parent_id, place->existing->id);
        place->existing.reset();
        co_return place;
    }
    if (now.has_error()) co_return now.error();
    if (now->type != api::item_type::file) co_return occupied(*now);
    if (!is_same_name(now->name, place->name) && refuse_case_clash) {
        co_return failure(errc::exists, "'" + now->name + "' exists, and Box ignores upper and lower case");
    }
    if (mode == storage::write_mode::create) {
        co_return failure(errc::exists, "'" + now->name + "' exists, and this account may not overwrite");
    }
    place->existing = *now;
    co_return place;
}

}  // namespace

box_filesystem::box_filesystem(std::shared_ptr<worker_context> with, std::shared_ptr<tree> in, std::string root_id,
                               event_watch::lease watched, bool refuse_case_clash, conf::rename_over rename_over,
                               storage::call_context context)
    : with_(std::move(with)),
      tree_(std::move(in)),
      root_id_(std::move(root_id)),
      watched_(std::move(watched)),
      refuse_case_clash_(refuse_case_clash),
      rename_over_(rename_over),
      context_(std::move(context)) {}

template <class T>
storage::filesystem::task<T> box_filesystem::on_control(asio::awaitable<result<T>> work) {
    return runtime::run_on(with_->control, keeping(tree_, std::move(work)));
}

storage::filesystem::task<entry> box_filesystem::shown(asio::awaitable<result<api::item>> work) {
    auto found = co_await on_control(std::move(work));
    if (found.has_error()) co_return found.error();
    co_return to_entry(*found);
}

storage::filesystem::task<entry> box_filesystem::stat(storage::path where) {
    const bool root = where.is_root();
    auto found = co_await shown(tree_->describe(root_id_, std::move(where)));
    if (root && found.has_value()) found->name.clear();
    co_return found;
}

storage::filesystem::task<std::unique_ptr<storage::lister>> box_filesystem::list(storage::path where) {
    auto first = co_await on_control(first_page(tree_, root_id_, std::move(where)));
    if (first.has_error()) co_return first.error();
    co_return std::make_unique<page_lister>(with_, tree_, std::move(first->first), std::move(first->second));
}

storage::filesystem::task<std::unique_ptr<storage::source>> box_filesystem::open_read(storage::path where) {
    for (bool again = false;; again = true) {
        auto file = co_await on_control(tree_->describe(root_id_, where));
        if (file.has_error()) co_return file.error();
        if (file->type == api::item_type::folder) {
            co_return failure(errc::is_a_directory, "'" + file->name + "' is a directory");
        }
        const auto parent_id = file->parent_id;
        const auto id = file->id;
        auto source = std::make_unique<reader>(with_, tree_->who(), std::move(*file));
        auto prepared = co_await source->prepare();
        if (prepared.has_value()) co_return source;
        if (prepared.error().code != errc::not_found || again) co_return prepared.error();
        // A stale id or version: once more from the name.
        const auto forget = [](std::shared_ptr<tree> in, std::string folder,
                               std::string child) -> asio::awaitable<void> {
            in->names().removed(folder, child);
            co_return;
        };
        co_await runtime::run_on(with_->control, forget(tree_, parent_id, id));
    }
}

storage::filesystem::task<std::unique_ptr<storage::sink>> box_filesystem::open_write(
    storage::path where, storage::write_mode mode, std::optional<storage::announced_size> size) {
    auto place = co_await on_control(place_for(tree_, root_id_, where, mode, refuse_case_clash_));
    if (place.has_error()) co_return place.error();
    upload_target target(tree_, root_id_, std::move(where), mode, refuse_case_clash_, std::move(*place));
    co_return std::make_unique<uploader>(with_, std::move(target), size);
}

storage::filesystem::task<entry> box_filesystem::make_directory(storage::path where) {
    return shown(tree_->make_directory(root_id_, std::move(where)));
}

storage::filesystem::task<void> box_filesystem::remove_file(storage::path where) {
    return on_control(tree_->remove(root_id_, std::move(where), api::item_type::file));
}

storage::filesystem::task<void> box_filesystem::remove_directory(storage::path where) {
    return on_control(tree_->remove(root_id_, std::move(where), api::item_type::folder));
}

storage::filesystem::task<entry> box_filesystem::rename(storage::path from, storage::path to, bool may_replace) {
    const tree::replacing rules(may_replace, refuse_case_clash_, rename_over_);
    for (bool again = false;; again = true) {
        auto step = co_await on_control(tree_->rename(root_id_, from, to, rules));
        if (step.has_error()) co_return step.error();
        if (!step->source) co_return to_entry(step->now);
        content_move work(with_, tree_, std::move(*step->source));
        auto moved = co_await work.run(*this, from, to);
        if (moved.has_value() || again || !work.is_stale()) co_return moved;
    }
}

storage::filesystem::task<entry> box_filesystem::copy(storage::path from, storage::path to) {
    return shown(tree_->copy(root_id_, std::move(from), std::move(to)));
}

storage::filesystem::task<storage::space_info> box_filesystem::space(storage::path) {
    return on_control(tree_->space());
}

}  // namespace boxgate::box
