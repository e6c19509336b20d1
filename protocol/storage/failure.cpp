#include "protocol/storage/failure.hpp"

#include <boost/throw_exception.hpp>

namespace boxgate::storage {

std::string_view to_string(errc code) {
    switch (code) {
        case errc::not_found:
            return "not_found";
        case errc::exists:
            return "exists";
        case errc::is_a_directory:
            return "is_a_directory";
        case errc::not_a_directory:
            return "not_a_directory";
        case errc::not_empty:
            return "not_empty";
        case errc::denied:
            return "denied";
        case errc::read_only:
            return "read_only";
        case errc::quota:
            return "quota";
        case errc::locked:
            return "locked";
        case errc::changed:
            return "changed";
        case errc::busy:
            return "busy";
        case errc::rate_limited:
            return "rate_limited";
        case errc::unavailable:
            return "unavailable";
        case errc::timeout:
            return "timeout";
        case errc::too_large:
            return "too_large";
        case errc::bad_name:
            return "bad_name";
        case errc::not_supported:
            return "not_supported";
        case errc::aborted:
            return "aborted";
        case errc::internal:
            return "internal";
    }
    return "unknown";
}

std::ostream& operator<<(std::ostream& out, errc code) {
    return out << to_string(code);
}

std::ostream& operator<<(std::ostream& out, const failure& what) {
    out << what.code;
    if (!what.detail.empty()) out << ": " << what.detail;
    return out;
}

failure_error::failure_error(const failure& what)
    : std::runtime_error(std::string(to_string(what.code)) + ": " + what.detail), failure_(what) {}

void throw_exception_from_error(const failure& what, const boost::source_location& where) {
    boost::throw_exception(failure_error(what), where);
}

}  // namespace boxgate::storage
