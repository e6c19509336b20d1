#include "conf/settings/fault.hpp"

#include <boost/throw_exception.hpp>

#include <stdexcept>

namespace boxgate::conf {

std::string to_string(const fault& what) {
    return what.file + ":" + std::to_string(what.at.line) + ":" + std::to_string(what.at.column) + ": " + what.text;
}

std::ostream& operator<<(std::ostream& out, const fault& what) {
    return out << to_string(what);
}

void throw_exception_from_error(const wrong& what, const boost::source_location& where) {
    boost::throw_exception(std::logic_error(what.text), where);
}

}  // namespace boxgate::conf
