#pragma once

#include "conf/settings/key_table.hpp"
#include "conf/settings/settings.hpp"

#include <memory>

namespace boxgate::conf {

/// The credential keys as they were given, before it is clear which of the three forms they are.
struct box_app_draft {
    const yaml_node* jwt_config = nullptr;
    const yaml_node* client_id = nullptr;
    const yaml_node* client_secret = nullptr;
    const yaml_node* enterprise_id = nullptr;
    const yaml_node* public_key_id = nullptr;
    const yaml_node* private_key = nullptr;
    const yaml_node* private_key_passphrase = nullptr;

    /// True if any of them was given.
    bool any() const { return jwt_config || any_field(); }
    bool any_field() const {
        return client_id || client_secret || enterprise_id || public_key_id || private_key || private_key_passphrase;
    }
};

/// The rows of the credential keys, for a T that has a `box_app_draft app`.
template <class T>
inline constexpr key_row<T> box_app_rows[] = {
    {"jwt_config", [](read_context&, const yaml_node& v, T& to) { to.app.jwt_config = &v; }},
    {"client_id", [](read_context&, const yaml_node& v, T& to) { to.app.client_id = &v; }},
    {"client_secret", [](read_context&, const yaml_node& v, T& to) { to.app.client_secret = &v; }},
    {"enterprise_id", [](read_context&, const yaml_node& v, T& to) { to.app.enterprise_id = &v; }},
    {"public_key_id", [](read_context&, const yaml_node& v, T& to) { to.app.public_key_id = &v; }},
    {"private_key", [](read_context&, const yaml_node& v, T& to) { to.app.private_key = &v; }},
    {"private_key_passphrase", [](read_context&, const yaml_node& v, T& to) { to.app.private_key_passphrase = &v; }},
};

/// Makes an app of a draft that has any() of its keys: exactly one form, complete, with a key that opens where
/// there is one. Null after a
/// report at the key that is to blame; `at` is the place of the map the keys are in.
std::shared_ptr<const box_app> make_box_app(read_context& context, const box_app_draft& draft, text_position at);

}  // namespace boxgate::conf
