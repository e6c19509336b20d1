#include "conf/settings/user_form.hpp"

#include "conf/settings/access_form.hpp"
#include "conf/settings/authorized_key.hpp"
#include "conf/settings/crypt_hash.hpp"
#include "conf/settings/utf8_text.hpp"
#include "conf/settings/value_readers.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace boxgate::conf {

namespace {

constexpr std::size_t longest_login = 255;

struct user_draft {
    user_settings user;
    box_app_draft app;
    const yaml_node* box_app = nullptr;
    const yaml_node* group = nullptr;
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
    to.user.box_mode = word == "user_token" ? box_mode::user_token : box_mode::as_user;
}

void read_rename_over(ctx& c, const yaml_node& v, user_draft& to) {
    static constexpr std::string_view words[] = {"by_name", "swap", "new_version"};
    std::string word;
    read_word(c, v, words, word);
    to.user.rename_over = word == "swap"          ? rename_over::swap
                          : word == "new_version" ? rename_over::new_version
                                                  : rename_over::by_name;
}

constexpr key_row<user_draft> shared_rows[] = {
    {"box_user", [](ctx& c, const yaml_node& v, user_draft& to) { read_text(c, v, to.user.box_user); }},
    {"box_app", [](ctx&, const yaml_node& v, user_draft& to) { to.box_app = &v; }},
    {"root", read_root},
    {"create_root", [](ctx& c, const yaml_node& v, user_draft& to) { read_flag(c, v, to.user.create_root); }},
    {"permissions", [](ctx& c, const yaml_node& v, user_draft& to) { read_permissions(c, v, to.user.permissions); }},
    {"paths", [](ctx& c, const yaml_node& v, user_draft& to) { read_path_rules(c, v, to.user.paths); },
     [] { return std::vector<std::string>{"*"}; }},
    {"allow_from", [](ctx& c, const yaml_node& v, user_draft& to) { read_networks(c, v, to.user.allow_from); }},
    {"expires", [](ctx& c, const yaml_node& v, user_draft& to) { read_day(c, v, to.user.expires); }},
    {"max_sessions",
     [](ctx& c, const yaml_node& v, user_draft& to) { read_number(c, v, 1, 1'000'000, to.user.max_sessions); }},
    {"case_clash", read_case_clash},
    {"box_mode", read_box_mode},
    {"rename_over", read_rename_over},
    {"charset", [](ctx& c, const yaml_node& v, user_draft& to) { read_charset(c, v, to.user.charset); }},
    {"ascii_conversion", [](ctx& c, const yaml_node& v, user_draft& to) { read_flag(c, v, to.user.ascii_conversion); }},
    {"upload_rate",
     [](ctx& c, const yaml_node& v, user_draft& to) { read_size(c, v, "1KiB", "1TiB", to.user.upload_rate); }},
    {"download_rate",
     [](ctx& c, const yaml_node& v, user_draft& to) { read_size(c, v, "1KiB", "1TiB", to.user.download_rate); }},
};

constexpr key_row<user_draft> own_rows[] = {
    {"password", read_password},
    {"public_keys", read_public_keys},
    {"methods", read_methods},
    {"group", [](ctx&, const yaml_node& v, user_draft& to) { to.group = &v; }},
};

template <std::size_t A, std::size_t B>
constexpr auto joined(const std::array<key_row<user_draft>, A>& a, const key_row<user_draft> (&b)[B]) {
    std::array<key_row<user_draft>, A + B> rows{};
    std::copy(std::begin(b), std::end(b), std::copy(a.begin(), a.end(), rows.begin()));
    return rows;
}

constexpr auto group_rows = joined(joined(std::array<key_row<user_draft>, 0>{}, shared_rows), box_app_rows<user_draft>);
constexpr auto user_rows =
    joined(joined(joined(std::array<key_row<user_draft>, 0>{}, own_rows), shared_rows), box_app_rows<user_draft>);

// A text that names an entry of `all`; null after a report that suggests the nearest.
template <class Map>
const typename Map::mapped_type* find_named(ctx& c, const yaml_node& node, const Map& all, const std::string& where) {
    const auto* name = expect_text(c, node, "a name from " + where);
    if (!name) return nullptr;
    if (const auto found = all.find(*name); found != all.end()) return &found->second;
    std::vector<std::string_view> names;
    for (const auto& [known, value] : all) names.push_back(known);
    const auto near = nearest_name(*name, names);
    c.report(node.at, c.key() + ": there is no " + shown(*name) + " in " + where +
                          (near.empty() ? std::string() : "; did you mean " + std::string(near) + "?"));
    return nullptr;
}

// Which app a draft names or holds itself; null if there is none, or after a report.
std::shared_ptr<const box_app> own_app(ctx& c, const user_draft& draft, const app_map& apps, text_position at) {
    if (!draft.box_app) return draft.app.any() ? make_box_app(c, draft.app, at) : nullptr;
    const read_context::scope inside(c, "box_app", draft.box_app->at);
    if (draft.app.any()) {
        c.report(draft.box_app->at, c.key() + " names an app, and there are credentials beside it; keep one of them");
        return nullptr;
    }
    const auto* found = find_named(c, *draft.box_app, apps, "box_apps");
    return found ? *found : nullptr;
}

bool names_app(const user_draft& draft) {
    return draft.box_app || draft.app.any();
}

bool is_good_login(std::string_view login) {
    return !login.empty() && login.size() <= longest_login && login.front() != ' ' && login.back() != ' ' &&
           std::none_of(login.begin(), login.end(), [](char ch) { return ch >= 0 && (ch < ' ' || ch == 0x7f); });
}

// The key may stand with the user or, where it came from there, with the group.
void check_create_root(ctx& c, const user_settings& user, text_position at) {
    if (!user.create_root || !user.root.starts_with("id:")) return;
    const auto key = c.key() + ".create_root";
    c.report(c.positions().given(key) ? c.positions().of(key) : at,
             key + " goes with a path; a folder's id exists, or it does not");
}

// What a user has beside its own settings: the group's, which was read before.
const group_settings* group_of(ctx& c, const yaml_entry& entry, const group_map& groups) {
    for (const auto& inner : entry.value->map) {
        if (inner.key != "group") continue;
        const read_context::scope inside(c, "group", inner.value->at);
        return find_named(c, *inner.value, groups, "groups");
    }
    return nullptr;
}

}  // namespace

group_settings read_group(ctx& c, const yaml_entry& entry, const app_map& apps) {
    const read_context::scope inside(c, entry.key, entry.at);
    user_draft draft;
    draft.user.permissions.assign(std::begin(permission_names), std::end(permission_names));
    read_map(c, *entry.value, draft, group_rows);
    group_settings group;
    group.app = own_app(c, draft, apps, entry.at);
    group.has_app = names_app(draft);
    group.defaults = std::move(draft.user);
    return group;
}

std::unique_ptr<user_settings> read_user(ctx& c, const yaml_entry& entry, const app_map& apps,
                                         const group_map& groups) {
    if (!is_good_login(entry.key)) {
        c.report(entry.at,
                 "a login must have 1 to 255 bytes, no control characters, and no space at its ends, unlike " +
                     shown(entry.key));
    }
    const read_context::scope inside(c, entry.key, entry.at);
    const auto* const group = entry.value->what == yaml_node::kind::map ? group_of(c, entry, groups) : nullptr;
    user_draft draft;
    if (group) {
        draft.user = group->defaults;
    } else {
        draft.user.permissions.assign(std::begin(permission_names), std::end(permission_names));
    }
    draft.user.login = entry.key;
    read_map(c, *entry.value, draft, user_rows);
    if (!draft.has_password && !draft.has_keys) {
        c.report(entry.at, c.key() + " has neither password nor public_keys and could never log in");
    }
    if (draft.methods_at && !(draft.has_password && draft.has_keys)) {
        c.report(*draft.methods_at, c.key() + ".methods asks for both, and the user has no " +
                                        (draft.has_password ? "public_keys" : "password"));
    }
    check_create_root(c, draft.user, entry.at);
    if (draft.user.box_mode == box_mode::user_token && draft.user.box_user.empty()) {
        const auto key = c.key() + ".box_mode";
        c.report(c.positions().given(key) ? c.positions().of(key) : entry.at,
                 key + ": user_token needs box_user, the user whose token it is");
    }
    draft.user.app = own_app(c, draft, apps, entry.at);
    if (!names_app(draft)) {
        if (group && group->has_app) {
            draft.user.app = group->app;
        } else if (!draft.group || group) {
            c.report(entry.at,
                     c.key() + " has no Box credentials; give jwt_config, box_app, or client_id and the other fields");
        }
    }
    if (!draft.user.app) return nullptr;
    return std::make_unique<user_settings>(std::move(draft.user));
}

std::vector<std::string> user_keys() {
    return keys_of(user_rows);
}

std::vector<std::string> group_keys() {
    return keys_of(group_rows);
}

}  // namespace boxgate::conf
