#include "conf/settings/jwt_config.hpp"

#include "conf/settings/utf8_text.hpp"

#include <boost/json/stream_parser.hpp>

#include <array>
#include <string>
#include <vector>

namespace boxgate::conf {

namespace {

// How the fields are called in the file (Box: "JWT with SDKs", "config file").
struct field {
    std::string_view path;  // from the top, dotted
    bool required;
    void (*put)(box_app& app, std::string text);
};

constexpr std::array<field, 6> fields{{
    {"boxAppSettings.clientID", true, [](box_app& app, std::string text) { app.client_id = std::move(text); }},
    {"boxAppSettings.clientSecret", true,
     [](box_app& app, std::string text) { app.client_secret = secret(std::move(text)); }},
    {"boxAppSettings.appAuth.publicKeyID", true,
     [](box_app& app, std::string text) { app.public_key_id = std::move(text); }},
    {"boxAppSettings.appAuth.privateKey", true,
     [](box_app& app, std::string text) { app.private_key = secret(std::move(text)); }},
    {"boxAppSettings.appAuth.passphrase", false,
     [](box_app& app, std::string text) { app.private_key_passphrase = secret(std::move(text)); }},
    {"enterpriseID", true, [](box_app& app, std::string text) { app.enterprise_id = std::move(text); }},
}};

const boost::json::value* find(const boost::json::value& top, std::string_view path) {
    const auto* at = &top;
    while (!path.empty()) {
        const auto* const object = at->if_object();
        if (!object) return nullptr;
        const auto name = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(name.size() + 1, path.size()));
        at = object->if_contains({name.data(), name.size()});
        if (!at) return nullptr;
    }
    return at;
}

std::string joined(const std::vector<std::string_view>& names) {
    std::string text;
    for (const auto name : names) text += (text.empty() ? "" : ", ") + std::string(name);
    return text;
}

}  // namespace

parsed<box_app> parse_jwt_config(std::string_view json) {
    boost::json::parse_options options;
    options.max_depth = 8;
    boost::json::stream_parser parser({}, options);
    boost::system::error_code error;
    auto at = parser.write_some(json.data(), json.size(), error);
    if (!error && at < json.size()) error = boost::json::error::extra_data;
    if (!error) {
        parser.finish(error);
        at = json.size();
    }
    if (error) {
        const auto where = position_in(json, at);
        return wrong{"malformed JSON at its line " + std::to_string(where.line) + ", column " +
                     std::to_string(where.column) + ": " + error.message() +
                     "; use the file from Box's developer console as it is"};
    }
    return jwt_config_from(parser.release());
}

parsed<box_app> jwt_config_from(const boost::json::value& config) {
    std::vector<std::string_view> missing;
    std::vector<std::string_view> not_text;
    box_app app;
    for (const auto& one : fields) {
        const auto* const value = find(config, one.path);
        if (!value || value->is_null()) {
            if (one.required) missing.push_back(one.path);
        } else if (const auto* const text = value->if_string()) {
            if (text->empty() && one.required) missing.push_back(one.path);
            one.put(app, std::string(text->data(), text->size()));
        } else if (const auto* const number = value->if_int64()) {
            one.put(app, std::to_string(*number));
        } else {
            not_text.push_back(one.path);
        }
    }
    if (!missing.empty()) {
        return wrong{
            "the JWT configuration lacks " + joined(missing) +
            "; use the whole file that Box's developer console makes with \"Generate a Public/Private Keypair\""};
    }
    if (!not_text.empty()) return wrong{"in the JWT configuration these must be texts: " + joined(not_text)};
    return app;
}

}  // namespace boxgate::conf
