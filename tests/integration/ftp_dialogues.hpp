#pragma once

#include <string>
#include <vector>

namespace boxgate::testing {

struct dialogue_step {
    std::string line;  ///< "@tls", "@seed <path>" or a command; %n is a number of its own for each run
    std::string code;
};

/// What to say for one row, beyond what its flags tell already.
struct row_dialogue {
    std::string verb;
    std::string right;
    std::string code;
    std::vector<dialogue_step> before = {};  ///< has to happen first
    std::string alone = {};                  ///< the code where it has not; empty: the same as ever
    std::string bare = {};                   ///< the code without the argument; empty: 501, it needs one
    std::string early = {};                  ///< the code before the login; empty: 530, it needs one
    std::vector<dialogue_step> bad = {};     ///< other values
    bool at_login = false;                   ///< belongs before the login
};

/// One for each row of the command table.
const std::vector<row_dialogue>& dialogues();

}  // namespace boxgate::testing
