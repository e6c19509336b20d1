#include "tests/conformance/session.hpp"

#include <cstring>
#include <random>
#include <stdexcept>

namespace boxgate::testing {

using namespace storage;
namespace asio = boost::asio;

namespace {

template <class T>
T must(storage::result<T> outcome, const std::source_location& caller, std::string_view what) {
    if (outcome.has_error()) {
        std::ostringstream text;
        text << what << " failed with " << outcome.error() << ", at " << caller.file_name() << ":" << caller.line();
        throw std::runtime_error(text.str());
    }
    return std::move(*outcome);
}

asio::awaitable<storage::result<void>> write_all(sink& into, std::uint64_t offset, std::string_view bytes,
                                                 std::shared_ptr<block_pool> blocks) {
    while (!bytes.empty()) {
        auto data = co_await blocks->acquire(std::chrono::seconds(30));
        if (!data) co_return failure(errc::timeout, "no block");
        const auto n = std::min(bytes.size(), block::capacity);
        std::memcpy(data->room().data(), bytes.data(), n);
        data->grow(n);
        auto outcome = co_await into.write(offset, std::move(*data));
        if (outcome.has_error()) co_return outcome;
        offset += n;
        bytes.remove_prefix(n);
    }
    co_return storage::result<void>();
}

asio::awaitable<storage::result<std::string>> read_all(source& from) {
    std::string bytes;
    for (;;) {
        auto data = co_await from.read(bytes.size(), block::capacity);
        if (data.has_error()) co_return data.error();
        if (data->empty()) co_return bytes;
        if (const auto sound = from.check(bytes.size(), data->bytes()); sound.has_error()) co_return sound.error();
        bytes.append(reinterpret_cast<const char*>(data->bytes().data()), data->size());
    }
}

}  // namespace

path path_of(std::string_view text) {
    return path::parse(text).value();
}

std::string noise(std::size_t size, unsigned seed) {
    std::mt19937_64 numbers(seed);
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; i += 8) {
        const auto number = numbers();
        std::memcpy(bytes.data() + i, &number, std::min<std::size_t>(8, size - i));
    }
    return bytes;
}

storage::result<entry> session::stat(std::string_view path, where caller) {
    return run(filesystem_->stat(path_of(path)), caller);
}

storage::result<std::unique_ptr<lister>> session::list(std::string_view path, where caller) {
    return run(filesystem_->list(path_of(path)), caller);
}

storage::result<std::unique_ptr<source>> session::open_read(std::string_view path, where caller) {
    return run(filesystem_->open_read(path_of(path)), caller);
}

storage::result<std::unique_ptr<sink>> session::open_write(std::string_view path, write_mode mode,
                                                           std::optional<announced_size> size, where caller) {
    return run(filesystem_->open_write(path_of(path), mode, size), caller);
}

storage::result<entry> session::make_directory(std::string_view path, where caller) {
    return run(filesystem_->make_directory(path_of(path)), caller);
}

storage::result<void> session::remove_file(std::string_view path, where caller) {
    return run(filesystem_->remove_file(path_of(path)), caller);
}

storage::result<void> session::remove_directory(std::string_view path, where caller) {
    return run(filesystem_->remove_directory(path_of(path)), caller);
}

storage::result<entry> session::rename(std::string_view from, std::string_view to, bool may_replace, where caller) {
    return run(filesystem_->rename(path_of(from), path_of(to), may_replace), caller);
}

storage::result<entry> session::copy(std::string_view from, std::string_view to, where caller) {
    return run(filesystem_->copy(path_of(from), path_of(to)), caller);
}

storage::result<space_info> session::space(std::string_view path, where caller) {
    return run(filesystem_->space(path_of(path)), caller);
}

storage::result<void> session::write(sink& into, std::uint64_t offset, std::string_view bytes, where caller) {
    return run(write_all(into, offset, bytes, home_.blocks()), caller);
}

storage::result<std::string> session::read_back(sink& from, std::uint64_t offset, std::size_t max, where caller) {
    auto data = run(from.read_back(offset, max), caller);
    if (data.has_error()) return data.error();
    return std::string(reinterpret_cast<const char*>(data->bytes().data()), data->size());
}

storage::result<receipt> session::commit(sink& of, commit_gate gate, where caller) {
    return run(of.commit(std::move(gate)), caller);
}

storage::result<std::string> session::read(source& from, std::uint64_t offset, std::size_t max, where caller) {
    auto data = run(from.read(offset, max), caller);
    if (data.has_error()) return data.error();
    if (const auto sound = from.check(offset, data->bytes()); sound.has_error()) return sound.error();
    return std::string(reinterpret_cast<const char*>(data->bytes().data()), data->size());
}

storage::result<std::vector<entry>> session::next(lister& from, std::size_t max, where caller) {
    return run(from.next(max), caller);
}

storage::result<receipt> session::store(std::string_view path, std::string_view bytes, write_mode mode, where caller) {
    auto opened = open_write(path, mode, std::nullopt, caller);
    if (opened.has_error()) return opened.error();
    auto written = write(**opened, 0, bytes, caller);
    if (written.has_error()) return written.error();
    return commit(**opened, always, caller);
}

entry session::put(std::string_view path, std::string_view bytes, where caller) {
    return must(store(path, bytes, write_mode::replace, caller), caller, "store").stored;
}

entry session::make(std::string_view path, where caller) {
    return must(make_directory(path, caller), caller, "make_directory");
}

std::string session::get(std::string_view path, where caller) {
    const auto opened = must(open_read(path, caller), caller, "open_read");
    return must(run(read_all(*opened), caller), caller, "read");
}

std::vector<entry> session::entries(std::string_view path, where caller) {
    const auto opened = must(list(path, caller), caller, "list");
    std::vector<entry> all;
    for (;;) {
        const auto some = must(next(*opened, 100, caller), caller, "next");
        if (some.empty()) return all;
        all.insert(all.end(), some.begin(), some.end());
    }
}

std::vector<std::string> session::names(std::string_view path, where caller) {
    std::vector<std::string> names;
    for (const auto& each : entries(path, caller)) names.push_back(each.name);
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace boxgate::testing
