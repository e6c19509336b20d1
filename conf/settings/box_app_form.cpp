#include "conf/settings/box_app_form.hpp"

#include "conf/settings/jwt_config.hpp"
#include "conf/settings/value_readers.hpp"

#include <boost/json/object.hpp>

namespace boxgate::conf {

namespace {

// Pasted JSON without a block sign is YAML's flow style; the values are texts either way.
boost::json::value to_json(const yaml_node& node) {
    if (node.what == yaml_node::kind::scalar) return boost::json::string(node.text);
    if (node.what != yaml_node::kind::map) return nullptr;
    boost::json::object object;
    for (const auto& entry : node.map) object[entry.key] = to_json(*entry.value);
    return object;
}

// A key inside the one that is being read, for faults that may come later.
struct key_place {
    key_place(read_context& context, std::string_view name, const yaml_node& node) : at(node.at) {
        const read_context::scope inside(context, name, node.at);
        key = context.key();
    }
    void report(read_context& context, const std::string& text) const { context.report(at, key + ": " + text); }

    text_position at;
    std::string key;
};

std::shared_ptr<box_app> read_jwt_config(read_context& context, const yaml_node& node) {
    const read_context::scope inside(context, "jwt_config", node.at);
    const auto taken = [&](parsed<box_app> app, const std::string& where) -> std::shared_ptr<box_app> {
        if (app.has_value()) return std::make_shared<box_app>(*std::move(app));
        context.report(node.at, context.key() + ": " + where + app.error().text);
        return nullptr;
    };
    if (node.what == yaml_node::kind::map) return taken(jwt_config_from(to_json(node)), {});

    const auto* text = expect_text(context, node, "the path of a JWT configuration file, or its content");
    if (!text) return nullptr;
    const auto first = text->find_first_not_of(" \t\r\n");
    if (first != std::string::npos && (*text)[first] == '{') return taken(parse_jwt_config(*text), {});
    const auto file = context.resolve(text->starts_with("file:") ? std::string_view(*text).substr(5) : *text);
    const auto content = context.read_file(file);
    if (content.has_error()) return taken(content.error(), {});
    return taken(parse_jwt_config(*content), file.string() + ": ");
}

std::shared_ptr<box_app> read_fields(read_context& context, const box_app_draft& draft, text_position at) {
    struct field {
        std::string_view name;
        const yaml_node* node;
        std::string* text;
        secret* hidden;
    };
    auto app = std::make_shared<box_app>();
    const field fields[] = {
        {"client_id", draft.client_id, &app->client_id, nullptr},
        {"client_secret", draft.client_secret, nullptr, &app->client_secret},
        {"enterprise_id", draft.enterprise_id, &app->enterprise_id, nullptr},
        {"public_key_id", draft.public_key_id, &app->public_key_id, nullptr},
        {"private_key", draft.private_key, nullptr, &app->private_key},
        {"private_key_passphrase", draft.private_key_passphrase, nullptr, &app->private_key_passphrase}};
    // Client credentials have none of the key's fields; a part of them is a mistake.
    const bool keyed = draft.public_key_id || draft.private_key || draft.private_key_passphrase;
    const auto before = context.fault_count();
    std::string missing;
    for (const auto& one : fields) {
        if (!one.node) {
            const bool of_key = one.name == "public_key_id" || one.name == "private_key";
            const bool optional = one.name == "private_key_passphrase" || (of_key && !keyed);
            if (!optional) missing += (missing.empty() ? "" : ", ") + std::string(one.name);
            continue;
        }
        const read_context::scope inside(context, one.name, one.node->at);
        if (one.text) {
            read_text(context, *one.node, *one.text);
        } else {
            read_secret(context, *one.node, *one.hidden);
        }
    }
    if (!missing.empty()) {
        context.report(at, context.key() + " lacks " + missing +
                               "; an app is given by jwt_config; or by client_id, client_secret, enterprise_id, "
                               "public_key_id, private_key and, if that is encrypted, private_key_passphrase; or, for "
                               "client credentials, by the first three alone");
    }
    return context.fault_count() == before ? app : nullptr;
}

}  // namespace

std::shared_ptr<const box_app> make_box_app(read_context& context, const box_app_draft& draft, text_position at) {
    if (draft.jwt_config && draft.any_field()) {
        key_place(context, "jwt_config", *draft.jwt_config)
            .report(context, "holds the whole app; give either jwt_config or client_id and the other fields, not both");
        return nullptr;
    }
    const auto app = draft.jwt_config ? read_jwt_config(context, *draft.jwt_config) : read_fields(context, draft, at);
    if (!app || !app->has_key()) return app;
    const key_place key = draft.jwt_config ? key_place(context, "jwt_config", *draft.jwt_config)
                                           : key_place(context, "private_key", *draft.private_key);
    const key_place passphrase = draft.private_key_passphrase
                                     ? key_place(context, "private_key_passphrase", *draft.private_key_passphrase)
                                     : key;
    const auto tell = [&context, key, passphrase](const private_key_fault& fault) {
        (fault.of_passphrase ? passphrase : key).report(context, fault.text);
    };
    context.try_key(app, tell);
    return app;
}

}  // namespace boxgate::conf
