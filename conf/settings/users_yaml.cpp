#include "conf/settings/authorized_key.hpp"
#include "conf/settings/box_app_form.hpp"
#include "conf/settings/crypt_hash.hpp"
#include "conf/settings/settings_yaml.hpp"
#include "conf/settings/utf8_text.hpp"
#include "conf/settings/value_readers.hpp"

#include <algorithm>
#include <optional>
#include <set>

// The keys of users.yaml.

namespace boxgate::conf {

namespace {

constexpr std::string_view permission_names[] = {"list",   "download", "upload", "overwrite",
                                                 "delete", "rename",   "mkdir"};
constexpr std::size_t longest_login = 255;

using app_map = std::map<std::string, std::shared_ptr<const box_app>>;  // null: it has a fault, which was reported

struct app_holder {
    box_app_draft app;
};

struct user_draft {
    user_settings user;
    box_app_draft app;
    const yaml_node* box_app = nullptr;
    bool has_password = false;
    bool has_keys = false;
    std::optional<text_position> methods_at;
};

using ctx = read_context;

void read_password(ctx& c, const yaml_node& v, user_draft& to) {
    to.has_password = true;
    secret hash;
    read_secret(c, v, hash);
    if (hash.empty()) return;
    if (const auto why = fault_of_password_hash(std::string(hash.reveal()))) {
        return c.report(v.at, c.key() + ": " + *why);
    }
    to.user.password = std::move(hash);
}

void read_public_keys(ctx& c, const yaml_node& v, user_draft& to) {
    to.has_keys = true;
    read_each(c, v, [&](const yaml_node& one) {
        const auto* line = expect_text(c, one, "a line of an authorized_keys file");
        if (!line) return;
        if (const auto key = parse_authorized_key(*line); key.has_error()) {
            return c.report(one.at, c.key() + ": " + key.error().text);
        }
        to.user.public_keys.push_back(*line);
    });
    if (v.what == yaml_node::kind::list && v.list.empty()) {
        c.report(v.at, c.key() + " is empty; leave it out, or give at least one line");
    }
}

void read_methods(ctx& c, const yaml_node& v, user_draft& to) {
    static constexpr std::string_view words[] = {"publickey", "password"};
    std::set<std::string> given;
    const auto before = c.fault_count();
    read_each(c, v, [&](const yaml_node& one) {
        std::string word;
        read_word(c, one, words, word);
        if (!word.empty() && !given.insert(word).second) c.report(one.at, c.key() + " names " + word + " twice");
    });
    if (c.fault_count() != before) return;
    if (given.size() != std::size(words)) {
        return c.report(v.at, c.key() +
                                  " must be [publickey, password], for a user who has to show both; leave it out where "
                                  "either is enough");
    }
    to.methods_at = v.at;
    to.user.needs_key_and_password = true;
}

void read_root(ctx& c, const yaml_node& v, user_draft& to) {
    const auto* text = expect_text(c, v, "a path from Box's root such as /Incoming, or id:123");
    if (!text) return;
    const bool is_id = text->starts_with("id:") && text->size() > 3 && text->size() <= 23 &&
                       text->find_first_not_of("0123456789", 3) == std::string::npos;
    if (!is_id && !text->starts_with('/')) {
        return c.report(v.at, c.key() + " must be a path that begins with /, or id: and digits, not " + shown(*text));
    }
    if (text->size() > 4096 || ("/" + *text + "/").find("/../") != std::string::npos) {
        return c.report(v.at, c.key() + " must be a path without .. of at most 4096 bytes");
    }
    to.user.root = *text;
}

void read_permissions(ctx& c, const yaml_node& v, user_draft& to) {
    std::vector<std::string> given;
    read_each(c, v, [&](const yaml_node& one) {
        std::string word;
        read_word(c, one, permission_names, word);
        if (word.empty()) return;
        if (std::find(given.begin(), given.end(), word) != given.end()) {
            return c.report(one.at, c.key() + " names " + word + " twice");
        }
        given.push_back(std::move(word));
    });
    to.user.permissions = std::move(given);
}

void read_case_clash(ctx& c, const yaml_node& v, user_draft& to) {
    static constexpr std::string_view words[] = {"refuse", "overwrite"};
    std::string word;
    read_word(c, v, words, word);
    to.user.refuse_case_clash = word != "overwrite";
}

void read_box_mode(ctx& c, const yaml_node& v, user_draft& to) {
    static constexpr std::string_view words[] = {"as_user", "user_token"};
    std::string word;
    read_word(c, v, words, word);
    if (word == "user_token") to.user.box_mode = box_mode::user_token;
}

void read_rename_over(ctx& c, const yaml_node& v, user_draft& to) {
    static constexpr std::string_view words[] = {"by_name", "swap", "new_version"};
    std::string word;
    read_word(c, v, words, word);
    if (word == "swap") to.user.rename_over = rename_over::swap;
    if (word == "new_version") to.user.rename_over = rename_over::new_version;
}

constexpr key_row<user_draft> own_user_rows[] = {
    {"password", read_password},
    {"public_keys", read_public_keys},
    {"methods", read_methods},
    {"box_user", [](ctx& c, const yaml_node& v, user_draft& to) { read_text(c, v, to.user.box_user); }},
    {"box_app", [](ctx&, const yaml_node& v, user_draft& to) { to.box_app = &v; }},
    {"root", read_root},
    {"create_root", [](ctx& c, const yaml_node& v, user_draft& to) { read_flag(c, v, to.user.create_root); }},
    {"permissions", read_permissions},
    {"case_clash", read_case_clash},
    {"box_mode", read_box_mode},
    {"rename_over", read_rename_over},
    {"charset", [](ctx& c, const yaml_node& v, user_draft& to) { read_charset(c, v, to.user.charset); }},
    {"upload_rate",
     [](ctx& c, const yaml_node& v, user_draft& to) { read_size(c, v, "1KiB", "1TiB", to.user.upload_rate); }},
    {"download_rate",
     [](ctx& c, const yaml_node& v, user_draft& to) { read_size(c, v, "1KiB", "1TiB", to.user.download_rate); }},
};

constexpr auto& app_table = box_app_rows<app_holder>;

constexpr auto user_rows = [] {
    std::array<key_row<user_draft>, std::size(own_user_rows) + std::size(box_app_rows<user_draft>)> rows{};
    const auto middle = std::copy(std::begin(own_user_rows), std::end(own_user_rows), rows.begin());
    std::copy(std::begin(box_app_rows<user_draft>), std::end(box_app_rows<user_draft>), middle);
    return rows;
}();

// Which app a user acts through; null if there is none, which was reported.
std::shared_ptr<const box_app> choose_app(ctx& c, const user_draft& draft, const app_map& apps, text_position at) {
    if (!draft.box_app) {
        if (draft.app.any()) return make_box_app(c, draft.app, at);
        c.report(at, c.key() + " has no Box credentials; give jwt_config, box_app, or client_id and the other fields");
        return nullptr;
    }
    const read_context::scope inside(c, "box_app", draft.box_app->at);
    if (draft.app.any()) {
        c.report(draft.box_app->at,
                 c.key() + " names an app, and the user has credentials of its own; keep one of them");
        return nullptr;
    }
    const auto* name = expect_text(c, *draft.box_app, "a name from box_apps");
    if (!name) return nullptr;
    if (const auto found = apps.find(*name); found != apps.end()) return found->second;
    std::vector<std::string_view> names;
    for (const auto& [known, app] : apps) names.push_back(known);
    const auto near = nearest_name(*name, names);
    c.report(draft.box_app->at, c.key() + ": there is no " + shown(*name) + " in box_apps" +
                                    (near.empty() ? std::string() : "; did you mean " + std::string(near) + "?"));
    return nullptr;
}

bool is_good_login(std::string_view login) {
    return !login.empty() && login.size() <= longest_login && login.front() != ' ' && login.back() != ' ' &&
           std::none_of(login.begin(), login.end(), [](char ch) { return ch >= 0 && (ch < ' ' || ch == 0x7f); });
}

void read_user(ctx& c, const yaml_entry& entry, const app_map& apps, user_table_settings& to) {
    if (!is_good_login(entry.key)) {
        c.report(entry.at,
                 "a login must have 1 to 255 bytes, no control characters, and no space at its ends, unlike " +
                     shown(entry.key));
    }
    const read_context::scope inside(c, entry.key, entry.at);
    user_draft draft;
    draft.user.login = entry.key;
    draft.user.permissions.assign(std::begin(permission_names), std::end(permission_names));
    read_map(c, *entry.value, draft, user_rows);
    if (!draft.has_password && !draft.has_keys) {
        c.report(entry.at, c.key() + " has neither password nor public_keys and could never log in");
    }
    if (draft.methods_at && !(draft.has_password && draft.has_keys)) {
        c.report(*draft.methods_at, c.key() + ".methods asks for both, and the user has no " +
                                        (draft.has_password ? "public_keys" : "password"));
    }
    if (draft.user.create_root && draft.user.root.starts_with("id:")) {
        c.report(c.positions().of(c.key() + ".create_root"),
                 c.key() + ".create_root goes with a path; a folder's id exists, or it does not");
    }
    if (draft.user.box_mode == box_mode::user_token && draft.user.box_user.empty()) {
        c.report(c.positions().of(c.key() + ".box_mode"),
                 c.key() + ".box_mode: user_token needs box_user, the user whose token it is");
    }
    draft.user.app = choose_app(c, draft, apps, entry.at);
    if (draft.user.app) to.users.emplace(entry.key, std::move(draft.user));
}

struct top_draft {
    const yaml_node* users = nullptr;
    const yaml_node* box_apps = nullptr;
};

template <auto& table>
std::vector<std::string> each_inside() {
    std::vector<std::string> names{"*"};
    for (const auto& name : keys_of(table)) names.push_back("*." + name);
    return names;
}

constexpr key_row<top_draft> top_table[] = {
    {"users", [](ctx&, const yaml_node& v, top_draft& to) { to.users = &v; }, each_inside<user_rows>},
    {"box_apps", [](ctx&, const yaml_node& v, top_draft& to) { to.box_apps = &v; }, each_inside<app_table>},
};

app_map read_apps(ctx& c, const yaml_node& node) {
    app_map apps;
    const read_context::scope inside(c, "box_apps", node.at);
    if (!expect_map(c, node)) return apps;
    for (const auto& entry : node.map) {
        const read_context::scope inside_one(c, entry.key, entry.at);
        const auto before = c.fault_count();
        app_holder holder;
        read_map(c, *entry.value, holder, app_table);
        auto& app = apps[entry.key];
        if (holder.app.any()) {
            app = make_box_app(c, holder.app, entry.at);
        } else if (c.fault_count() == before) {
            c.report(entry.at, c.key() + " has no credentials; give jwt_config, or client_id and the other fields");
        }
    }
    return apps;
}

}  // namespace

user_table_settings read_users(std::string_view text, const std::filesystem::path& file, const file_source& files,
                               std::vector<fault>& faults) {
    user_table_settings settings;
    const auto root = read_yaml(text, file.string(), faults);
    if (!root) return settings;
    read_context context(file, files, faults);
    top_draft top;
    read_map(context, *root, top, top_table);
    const auto apps = top.box_apps ? read_apps(context, *top.box_apps) : app_map();
    if (!top.users || (top.users->what == yaml_node::kind::map && top.users->map.empty()) ||
        top.users->what == yaml_node::kind::null) {
        context.report(top.users ? top.users->at : root->at, "there is not one user; list them below the key users");
        return settings;
    }
    const read_context::scope inside(context, "users", top.users->at);
    if (!expect_map(context, *top.users)) return settings;
    for (const auto& entry : top.users->map) read_user(context, entry, apps, settings);
    return settings;
}

std::vector<std::string> users_keys() {
    return keys_of(top_table);
}

}  // namespace boxgate::conf
