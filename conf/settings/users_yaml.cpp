#include "conf/settings/box_app_form.hpp"
#include "conf/settings/settings_yaml.hpp"
#include "conf/settings/user_form.hpp"
#include "conf/settings/utf8_text.hpp"

// The top of the users files: what is shared by the users of all of them, and the users.

namespace boxgate::conf {

namespace {

using ctx = read_context;

struct app_holder {
    box_app_draft app;
};

struct top_draft {
    const yaml_node* users = nullptr;
    const yaml_node* groups = nullptr;
    const yaml_node* box_apps = nullptr;
};

constexpr auto& app_table = box_app_rows<app_holder>;

std::vector<std::string> each_of(std::vector<std::string> inside) {
    std::vector<std::string> names{"*"};
    for (auto& name : inside) names.push_back("*." + std::move(name));
    return names;
}

constexpr key_row<top_draft> top_table[] = {
    {"users", [](ctx&, const yaml_node& v, top_draft& to) { to.users = &v; }, [] { return each_of(user_keys()); }},
    {"groups", [](ctx&, const yaml_node& v, top_draft& to) { to.groups = &v; }, [] { return each_of(group_keys()); }},
    {"box_apps", [](ctx&, const yaml_node& v, top_draft& to) { to.box_apps = &v; },
     [] { return each_of(keys_of(app_table)); }},
};

std::shared_ptr<const box_app> read_app(ctx& c, const yaml_entry& entry) {
    const read_context::scope inside(c, entry.key, entry.at);
    const auto before = c.fault_count();
    app_holder holder;
    read_map(c, *entry.value, holder, app_table);
    if (holder.app.any()) return make_box_app(c, holder.app, entry.at);
    if (c.fault_count() == before) {
        c.report(entry.at, c.key() + " has no credentials; give jwt_config, or client_id and the other fields");
    }
    return nullptr;
}

// One file, read as far as YAML goes.
struct opened_file {
    opened_file(const users_text& text, const file_source& files, std::vector<fault>& faults, key_trials& keys)
        : context(text.file, files, faults, &keys), root(read_yaml(text.text, text.file.string(), faults)) {
        if (root && root->what == yaml_node::kind::null) {
            // Met in the middle of being written, perhaps: its users are not gone.
            context.report(root->at, "the file holds nothing; take it away, or write `groups: {}` if that is meant");
        } else if (root) {
            read_map(context, *root, top, top_table);
        }
    }

    ctx context;
    yaml_node_ptr root;
    top_draft top;
};

// Calls `read_one(file, entry)` for each entry of one key of all files; a name may occur in one of them only.
template <class ReadOne>
void each_entry(std::vector<std::unique_ptr<opened_file>>& files, std::string_view key,
                const yaml_node* top_draft::*part, ReadOne read_one) {
    std::map<std::string, std::string> seen;
    for (auto& file : files) {
        const auto* const node = file->top.*part;
        if (!node) continue;
        const read_context::scope inside(file->context, key, node->at);
        if (!expect_map(file->context, *node)) continue;
        for (const auto& entry : node->map) {
            const auto [first, is_new] = seen.emplace(entry.key, file->context.file().string());
            if (is_new) {
                read_one(*file, entry);
            } else {
                file->context.report(entry.at,
                                     std::string(key) + ": " + shown(entry.key) + " is in " + first->second + ", too");
            }
        }
    }
}

}  // namespace

user_table_settings read_users(const std::vector<users_text>& texts, const file_source& files,
                               std::vector<fault>& faults, opened_keys& known) {
    user_table_settings settings;
    key_trials keys(known);
    std::vector<std::unique_ptr<opened_file>> opened;
    const auto before = faults.size();
    for (const auto& text : texts) opened.push_back(std::make_unique<opened_file>(text, files, faults, keys));

    app_map apps;
    each_entry(opened, "box_apps", &top_draft::box_apps,
               [&](opened_file& file, const yaml_entry& entry) { apps[entry.key] = read_app(file.context, entry); });
    group_map groups;
    each_entry(opened, "groups", &top_draft::groups, [&](opened_file& file, const yaml_entry& entry) {
        groups[entry.key] = read_group(file.context, entry, apps);
    });
    bool any = false;
    each_entry(opened, "users", &top_draft::users, [&](opened_file& file, const yaml_entry& entry) {
        any = true;
        if (auto user = read_user(file.context, entry, apps, groups))
            settings.users.emplace(entry.key, *std::move(user));
    });
    keys.run();
    if (!any && faults.size() == before && !opened.empty()) {
        const auto& first = *opened.front();
        const auto at = first.top.users ? first.top.users->at : first.root ? first.root->at : text_position{};
        faults.push_back({first.context.file().string(), at, "there is not one user; list them below the key users"});
    }
    return settings;
}

user_table_settings read_users(std::string_view text, const std::filesystem::path& file, const file_source& files,
                               std::vector<fault>& faults) {
    opened_keys none;
    return read_users({users_text(file, std::string(text))}, files, faults, none);
}

std::vector<std::string> users_keys() {
    return keys_of(top_table);
}

}  // namespace boxgate::conf
