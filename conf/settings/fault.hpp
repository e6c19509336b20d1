#pragma once

#include <boost/system/result.hpp>

#include <compare>
#include <ostream>
#include <string>

namespace boxgate::conf {

/// A place in a text file; both count from 1.
struct text_position {
    int line = 1;
    int column = 1;

    friend auto operator<=>(const text_position&, const text_position&) = default;
};

/// One thing that is wrong with the settings: where, and a text that says what is wrong and what is allowed. Holds no
/// secret.
struct fault {
    std::string file;
    text_position at;
    std::string text;

    friend bool operator==(const fault&, const fault&) = default;
};

/// "file:line:column: text".
std::string to_string(const fault& what);
std::ostream& operator<<(std::ostream& out, const fault& what);

/// Why a text could not be read as what it should be; becomes the text of a fault.
struct wrong {
    std::string text;
};

/// A value, or what is wrong with the text it was to be read from. (A text as the value itself needs
/// boost::system::in_place_value: it could be meant for either.)
template <class T>
using parsed = boost::system::result<T, wrong>;

/// Thrown by parsed<T>::value() where there is none: reaching it is a bug in the caller.
[[noreturn]] void throw_exception_from_error(const wrong& what, const boost::source_location& where);

}  // namespace boxgate::conf
