#pragma once

#include <string>

namespace boxgate::server {

/// What the process ends with.
enum exit_code : int {
    exit_ok = 0,
    exit_failed = 1,        ///< could not start, or broke down
    exit_bad_settings = 2,  ///< the YAML files have faults; all were printed, nothing was started
    exit_cut_short = 3,     ///< the drain deadline passed and sessions were cut off
};

struct serve_arguments {
    std::string config;
    std::string ready_file;  ///< empty: none
};

/// Runs until SIGTERM or SIGINT, then drains. A second signal cuts the drain short.
int serve(const serve_arguments& arguments);

/// Prints every fault of the files, or a line that says what was found in order.
int check(const std::string& config);

/// Reads one line from standard input (twice and without echo at a terminal) and prints its hash.
int hash_password();

}  // namespace boxgate::server
