#include "box/http/message.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/throw_exception.hpp>

#include <algorithm>

namespace boxgate::box::http {

namespace {

bool same_name(std::string_view a, std::string_view b) {
    return boost::algorithm::iequals(a, b, std::locale::classic());
}

}  // namespace

void fields::set(std::string_view name, std::string value) {
    std::erase_if(all_, [&](const auto& field) { return same_name(field.first, name); });
    all_.emplace_back(std::string(name), std::move(value));
}

std::string_view fields::operator[](std::string_view name) const {
    for (const auto& [field, value] : all_) {
        if (same_name(field, name)) return value;
    }
    return {};
}

bool fields::contains(std::string_view name) const {
    return std::any_of(all_.begin(), all_.end(), [&](const auto& field) { return same_name(field.first, name); });
}

void throw_exception_from_error(const transport_error& error, const boost::source_location& where) {
    boost::throw_exception(storage::failure_error(error.what), where);
}

}  // namespace boxgate::box::http
