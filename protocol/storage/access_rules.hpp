#pragma once

#include "protocol/storage/access.hpp"
#include "protocol/storage/path.hpp"

#include <string>
#include <utility>
#include <vector>

namespace boxgate::storage {

/// What an account may do, and where: one set of permissions for everything, and others for some paths and all that is
/// below them. Names are compared as Box compares them, so that another spelling of a path does not lead past its rule.
class access_rules {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): the same everywhere is what most accounts have
    access_rules(access everywhere) : everywhere_(everywhere) {}
    /// Of several rules that fit a path the one for the deepest counts.
    access_rules(access everywhere, std::vector<std::pair<path, access>> of_paths);

    access at(const path& where) const;
    /// All that may be done in some place or other.
    access anywhere() const;
    /// Whether `where` or something below it has a rule of its own: then moving it would move it past the rule.
    bool has_rule_within(const path& where) const;

private:
    access everywhere_;
    std::vector<std::pair<std::string, access>> of_paths_;  // folded, the longest first
};

}  // namespace boxgate::storage
