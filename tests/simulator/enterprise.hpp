#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;

namespace box_simulator {

/// A Box app of the enterprise, and what its settings in the console allow.
struct app {
    std::string client_id;
    std::string client_secret;
    std::map<std::string, std::shared_ptr<evp_pkey_st>> keys;  ///< public key id -> public key
    std::string service_account_id;
    bool authorised = true;    ///< the admin has authorised it
    bool as_user = true;       ///< "Make API calls using the as-user header"
    bool user_tokens = false;  ///< "Generate user access tokens"
};

struct user {
    std::string id;
    std::string login;
    std::string name;
    std::string status = "active";
    std::int64_t space_amount = 100LL * 1024 * 1024 * 1024;
    bool service_account = false;
};

/// Who exists: read from DIR/enterprise.json, which init() writes.
struct enterprise {
    std::string id;
    std::vector<app> apps;
    std::vector<user> users;

    const app* find_app(const std::string& client_id) const;
    const user* find_user(const std::string& user_id) const;
    user* find_user(const std::string& user_id);

    /// Throws std::runtime_error naming the file and what is wrong with it.
    static enterprise load(const std::filesystem::path& directory);
};

/// Makes an enterprise in `directory`: enterprise.json; jwt_config.json (app "main": everything allowed),
/// jwt_config_no_as_user.json, jwt_config_unauthorised.json in the shape of Box's console, with encrypted keys; and
/// root/<login>/ for every user.
void init(const std::filesystem::path& directory);

}  // namespace box_simulator
