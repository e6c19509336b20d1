#pragma once

#include "tests/conformance/fixture.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/test/unit_test.hpp>

#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boxgate::testing {

/// One session as the tests speak to it: the port's verbs, waited for, with paths as text. Failures of set-up steps
/// (put, get, made) throw and name the caller's line.
class session {
public:
    static bool always() { return true; }

    using errc = storage::errc;
    using entry = storage::entry;
    using where = std::source_location;
    template <class T>
    using result = storage::result<T>;

    explicit session(fixture& home, bool refuse_case_clash = true)
        : home_(home), filesystem_(home.open(refuse_case_clash)) {}

    result<entry> stat(std::string_view path, where caller = where::current());
    result<std::unique_ptr<storage::lister>> list(std::string_view path, where caller = where::current());
    result<std::unique_ptr<storage::source>> open_read(std::string_view path, where caller = where::current());
    result<std::unique_ptr<storage::sink>> open_write(std::string_view path,
                                                      storage::write_mode mode = storage::write_mode::replace,
                                                      std::optional<storage::announced_size> size = std::nullopt,
                                                      where caller = where::current());
    result<entry> make_directory(std::string_view path, where caller = where::current());
    result<void> remove_file(std::string_view path, where caller = where::current());
    result<void> remove_directory(std::string_view path, where caller = where::current());
    result<entry> rename(std::string_view from, std::string_view to, bool may_replace = false,
                         where caller = where::current());
    result<entry> copy(std::string_view from, std::string_view to, where caller = where::current());
    result<storage::space_info> space(std::string_view path, where caller = where::current());

    // Steps on sinks, sources and listers.
    result<void> write(storage::sink& into, std::uint64_t offset, std::string_view bytes,
                       where caller = where::current());
    result<std::string> read_back(storage::sink& from, std::uint64_t offset, std::size_t max,
                                  where caller = where::current());
    result<storage::receipt> commit(storage::sink& of, storage::commit_gate gate = always,
                                    where caller = where::current());
    result<std::string> read(storage::source& from, std::uint64_t offset, std::size_t max,
                             where caller = where::current());
    result<std::vector<entry>> next(storage::lister& from, std::size_t max, where caller = where::current());

    // Whole steps.
    /// Opens, writes and commits; the first failure of the three.
    result<storage::receipt> store(std::string_view path, std::string_view bytes,
                                   storage::write_mode mode = storage::write_mode::replace,
                                   where caller = where::current());
    entry put(std::string_view path, std::string_view bytes, where caller = where::current());
    entry make(std::string_view path, where caller = where::current());
    std::string get(std::string_view path, where caller = where::current());
    std::vector<entry> entries(std::string_view path, where caller = where::current());
    std::vector<std::string> names(std::string_view path, where caller = where::current());

    /// Both at the same time.
    template <class A, class B>
    std::pair<A, B> both(boost::asio::awaitable<A> first, boost::asio::awaitable<B> second,
                         where caller = where::current()) {
        using namespace boost::asio::experimental::awaitable_operators;
        auto pair = std::move(first) && std::move(second);
        auto outcome = run_coro(home_.context(), std::move(pair), patience, caller);
        return {std::move(std::get<0>(outcome)), std::move(std::get<1>(outcome))};
    }
    storage::filesystem& port() { return *filesystem_; }

private:
    static constexpr auto patience = std::chrono::seconds(60);

    template <class T>
    T run(boost::asio::awaitable<T> work, where caller) {
        return run_coro(home_.context(), std::move(work), patience, caller);
    }

    fixture& home_;
    std::unique_ptr<storage::filesystem> filesystem_;
};

storage::path path_of(std::string_view text);

/// `size` bytes that are nowhere alike, the same for the same seed.
std::string noise(std::size_t size, unsigned seed = 1);

/// The code of a failure, or nullopt; prints what was there instead when a test compares it.
template <class T>
std::string outcome_of(const storage::result<T>& result) {
    if (!result.has_error()) return "success";
    return std::string(to_string(result.error().code));
}

}  // namespace boxgate::testing

/// The call must fail with this code, and say something to a person.
#define BOXGATE_FAILS_WITH(code, call)                                                        \
    do {                                                                                      \
        const auto boxgate_outcome = (call);                                                  \
        BOOST_TEST(boxgate::testing::outcome_of(boxgate_outcome) == #code);                   \
        if (boxgate_outcome.has_error()) BOOST_TEST(!boxgate_outcome.error().detail.empty()); \
    } while (false)

#define BOXGATE_SUCCEEDS(call)                                             \
    do {                                                                   \
        const auto boxgate_outcome = (call);                               \
        BOOST_TEST(!boxgate_outcome.has_error(), boxgate_outcome.error()); \
    } while (false)
