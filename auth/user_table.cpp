#include "auth/user_table.hpp"

#include "auth/password_hash.hpp"
#include "conf/settings/authorized_key.hpp"

#include <stdexcept>

namespace boxgate::auth {

namespace {

storage::access to_access(const std::vector<std::string>& permissions) {
    static const std::map<std::string, storage::access, std::less<>> names{
        {"list", storage::access::list},     {"download", storage::access::download},
        {"upload", storage::access::upload}, {"overwrite", storage::access::overwrite},
        {"delete", storage::access::remove}, {"rename", storage::access::rename},
        {"mkdir", storage::access::mkdir},
    };
    auto granted = storage::access::none;
    for (const auto& permission : permissions) {
        const auto known = names.find(permission);
        if (known == names.end()) throw std::invalid_argument("unknown permission '" + permission + "'");
        granted = granted | known->second;
    }
    return granted;
}

storage::access_rules to_rules(const conf::user_settings& user) {
    std::vector<std::pair<storage::path, storage::access>> of_paths;
    for (const auto& rule : user.paths) {
        const auto where = storage::path::parse(rule.path);
        if (where.has_error()) throw std::invalid_argument(user.login + ": no path: '" + rule.path + "'");
        of_paths.emplace_back(*where, to_access(rule.permissions));
    }
    return storage::access_rules(to_access(user.permissions), std::move(of_paths));
}

std::shared_ptr<runtime::pace> pace_of(std::size_t rate, const std::shared_ptr<runtime::pace>& before) {
    if (rate == 0) return nullptr;
    return before && before->rate() == rate ? before : std::make_shared<runtime::pace>(rate);
}

}  // namespace

user_table::user_table(const conf::user_table_settings& settings, const user_table* before) {
    for (const auto& [login, from] : settings.users) {
        storage::mount tree(login, from.root, from.create_root, from.refuse_case_clash);
        user made;
        const auto account = std::make_shared<auth::account>(login, std::move(tree), to_rules(from));
        account->needs_key_and_password = from.needs_key_and_password;
        account->charset = from.charset;
        account->ascii_conversion = from.ascii_conversion;
        const auto* const was = before ? before->find(login) : nullptr;
        account->upload_pace = pace_of(from.upload_rate, was ? was->account->upload_pace : nullptr);
        account->download_pace = pace_of(from.download_rate, was ? was->account->download_pace : nullptr);
        account->allow_from = from.allow_from;
        account->expires = from.expires;
        account->max_sessions = from.max_sessions;
        made.account = account;
        made.password_hash = std::string(from.password.reveal());
        for (const auto& line : from.public_keys) {
            auto key = conf::parse_authorized_key(line);
            if (key.has_error()) throw std::invalid_argument(login + ": " + key.error().text);
            made.keys.insert(std::move(key->blob));
        }
        if (cost_rank(made.password_hash) > cost_rank(decoy_)) decoy_ = made.password_hash;
        users_.emplace(login, std::move(made));
    }
    // Nobody has a password: the decoy is then a hash like those that hash-password makes.
    if (decoy_.empty()) decoy_ = hash_password(conf::secret("decoy"));
}

const user_table::user* user_table::find(const std::string& login) const {
    const auto at = users_.find(login);
    return at == users_.end() ? nullptr : &at->second;
}

}  // namespace boxgate::auth
