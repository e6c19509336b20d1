#pragma once

#include <string>

namespace boxgate::server {

/// What the process ends with.
enum exit_code : int {
    exit_ok = 0,
    exit_failed = 1,        ///< could not start, or broke down; check --online: a user would not get in
    exit_bad_settings = 2,  ///< the YAML files have faults; all were printed, nothing was started
    exit_cut_short = 3,     ///< the drain deadline passed and sessions were cut off
};

struct serve_arguments {
    std::string config;
    std::string ready_file;  ///< empty: none
};

/// Runs until SIGTERM or SIGINT, then drains. A second signal cuts the drain short.
int serve(const serve_arguments& arguments);

/// Prints every fault of the files, or what was found in order, and warnings of what works but should not stay so.
/// `online`: asks Box about every user, through the proxy.
int check(const std::string& config, bool online);

/// Reads one line from standard input (twice and without echo at a terminal) and prints its hash.
int hash_password();

struct user_add_arguments {
    std::string login;
    std::string box_user;
    std::string box_app;
    std::string root;
    std::string group;
    std::string public_key_file;  ///< with it no password is asked for
};

/// Prints the lines to paste into users.yaml; changes no file.
int user_add(const user_add_arguments& arguments);

/// Asks a running boxgate through monitoring.listen: /healthz, or /readyz. Prints its answer; exit_ok if it is good.
int health(const std::string& config, bool ready);

}  // namespace boxgate::server
