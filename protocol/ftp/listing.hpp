#pragma once

#include "protocol/ftp/time_zone.hpp"
#include "protocol/storage/access.hpp"
#include "protocol/storage/entry.hpp"

#include <chrono>
#include <string>

namespace boxgate::ftp {

/// Which facts MLST and MLSD give (RFC 3659 section 7); OPTS MLST chooses.
struct fact_choice {
    bool type = true;
    bool size = true;
    bool modify = true;
    bool perm = true;
    bool unique = true;
};

/// What may be done with an entry is what the account may do (`granted`) and Box allows.

/// A line as `ls -l` writes it, with CRLF; times are local ones of `zone`. A name with CR or LF in it cannot be listed
/// and gives an empty text.
std::string list_line(const storage::entry& what, storage::access granted, std::chrono::system_clock::time_point now,
                      const time_zone& zone);

/// "type=file;size=1; name" without the line's end. `as_name` is what stands behind the facts.
std::string fact_line(const storage::entry& what, const std::string& as_name, storage::access granted,
                      fact_choice facts);

/// "TYPE*;SIZE*;..." as FEAT shows it, a star behind the chosen ones.
std::string feature_of(fact_choice facts);
/// "type;size;": the chosen ones alone.
std::string chosen_of(fact_choice facts);
/// What OPTS MLST names, in any order and case; unknown ones are passed over (RFC 3659 section 7.9).
fact_choice parse_facts(std::string argument);

bool is_listable(const std::string& name);

}  // namespace boxgate::ftp
