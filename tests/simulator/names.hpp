#pragma once

#include <string>

namespace box_simulator {

/// Refuses names as Box does, by throwing box_error: those that it refuses in practice, or, `strict`, also those that
/// its list of errors bans (a leading space, and < > : | ? * -).
void check_name(const std::string& name, bool strict);

/// Box counts 255 characters, the disk 255 bytes: a name too long for it is cut and told apart by a hash.
std::string name_on_disk(const std::string& name);

/// Compatibility variants taken together: how Box is reported to look at the name that comes in, and at no other.
std::string nfkc(const std::string& name);

}  // namespace box_simulator
