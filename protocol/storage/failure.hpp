#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace boxgate::storage {

/// Why a storage verb did not do what was asked. Each protocol has one table from these to its own codes.
enum class errc {
    not_found = 1,
    exists,
    is_a_directory,
    not_a_directory,
    not_empty,
    denied,
    read_only,
    quota,
    locked,
    changed,
    busy,
    rate_limited,
    unavailable,
    timeout,
    too_large,
    bad_name,
    not_supported,
    aborted,
    internal,
};

/// The name of a code as logs and tests write it, e.g. "not_found".
std::string_view to_string(errc code);

/// What went wrong, told so that it can be shown to a person: never holds a secret.
struct failure {
    failure() = default;  ///< errc::internal: what boost::system::result asks for
    failure(errc failure_code, std::string failure_detail = {})
        : code(failure_code), detail(std::move(failure_detail)) {}

    errc code = errc::internal;
    std::string detail;          ///< one sentence: what happened, why, what to do
    std::string box_request_id;  ///< Box's own reference for its support; empty if Box was not asked
    std::optional<std::chrono::seconds> retry_after;  ///< when it is worth asking again, where Box said so

    friend bool operator==(const failure& a, errc b) { return a.code == b; }
};

std::ostream& operator<<(std::ostream& out, errc code);
std::ostream& operator<<(std::ostream& out, const failure& what);

/// A value, or why there is none.
template <class T>
using result = boost::system::result<T, failure>;

/// Thrown by result<T>::value() on a failure: reaching it is a bug in the caller.
class failure_error : public std::runtime_error {
public:
    explicit failure_error(const failure& what);
    const failure& what_failed() const { return failure_; }

private:
    failure failure_;
};

[[noreturn]] void throw_exception_from_error(const failure& what, const boost::source_location& where);

}  // namespace boxgate::storage
