#pragma once

#include "protocol/storage/entry.hpp"
#include "protocol/storage/failure.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace boxgate::box {

/// What Box says of one identity when it is only looked at: nothing is made, nothing is changed.
struct examination {
    examination() = default;

    enum class step { token, user, root, rights, done };

    step reached = step::token;               ///< where it stopped; done: everything is in order
    std::optional<storage::failure> problem;  ///< why it stopped
    std::string acting_as;                    ///< login of the Box user
    std::string root_id;                      ///< empty: the root does not exist, and is made at the first login
    bool may_upload = false;                  ///< to the root, as Box has it
    bool may_download = false;
    std::optional<storage::space_info> space;
    std::chrono::seconds clock_offset{0};  ///< Box's clock minus this machine's, where Box has complained
};

}  // namespace boxgate::box
