// Loader, JSON schemas and example files say the same: each is a reference that somebody reads instead of another.
#include "conf/settings/settings_yaml.hpp"
#include "conf/settings/yaml_tree.hpp"
#include "tests/unit/conf/yaml_lab.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

BOOST_AUTO_TEST_SUITE(reference)

namespace json = boost::json;
using names = std::set<std::string>;

namespace {

std::string text_of(const char* name) {
    return boxgate::conf::read_text_file(std::filesystem::path(BOXGATE_SETTINGS_FOLDER) / name).value();
}

const json::value& resolved(const json::value& schema, const json::value& root) {
    const auto* object = schema.if_object();
    const auto* reference = object ? object->if_contains("$ref") : nullptr;
    if (!reference) return schema;
    return root.at_pointer(std::string_view(reference->as_string()).substr(1));
}

// The dotted names of all keys that a schema knows; "*" where it takes any.
void collect(const json::value& schema, const json::value& root, const std::string& prefix, names& into) {
    const auto& object = resolved(schema, root).as_object();
    if (const auto* properties = object.if_contains("properties")) {
        for (const auto& [name, inner] : properties->as_object()) {
            into.insert(prefix + std::string(name));
            collect(inner, root, prefix + std::string(name) + ".", into);
        }
    }
    if (const auto* any = object.if_contains("additionalProperties"); any && any->is_object()) {
        into.insert(prefix + "*");
        collect(*any, root, prefix + "*.", into);
    }
    if (const auto* forms = object.if_contains("anyOf")) {
        for (const auto& form : forms->as_array()) collect(form, root, prefix, into);
    }
}

names schema_keys(const char* file) {
    const auto schema = json::parse(text_of(file));
    names keys;
    collect(schema, schema, "", keys);
    return keys;
}

void expect_same(const names& schema, const std::vector<std::string>& loader) {
    const names known(loader.begin(), loader.end());
    for (const auto& one : schema) BOOST_TEST(known.contains(one), one << " is in the schema only");
    for (const auto& one : known) BOOST_TEST(schema.contains(one), one << " is not in the schema");
}

struct stated_default {
    std::string key;
    json::value value;
};

// Of the keys below `schema` that have one; what is in the forms of a value is left out.
void collect_defaults(const json::value& schema, const json::value& root, const std::string& prefix,
                      std::vector<stated_default>& into) {
    const auto* properties = resolved(schema, root).as_object().if_contains("properties");
    if (!properties) return;
    for (const auto& [name, inner] : properties->as_object()) {
        const auto* value = inner.as_object().if_contains("default");
        if (value) into.push_back({prefix + std::string(name), *value});
        collect_defaults(inner, root, prefix + std::string(name) + ".", into);
    }
}

// "a.b.c" and a value as "a: { b: { c: value } }": JSON is YAML.
std::string as_yaml(std::string_view key, const json::value& value) {
    const auto dot = key.find('.');
    if (dot == key.npos) return std::string(key) + ": " + json::serialize(value);
    return std::string(key.substr(0, dot)) + ": { " + as_yaml(key.substr(dot + 1), value) + " }";
}

// Each key stands in the example, if only in a comment.
void expect_mentioned(const std::vector<std::string>& keys, const std::string& example) {
    for (const auto& key : keys) {
        const auto last = key.substr(key.rfind('.') + 1);
        if (last == "*") continue;
        BOOST_TEST(
            (example.find(last + ":") != std::string::npos || example.find("`" + last + "`") != std::string::npos),
            key << " is not in the example");
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(schemas_have_the_loaders_keys) {
    expect_same(schema_keys("gateway.schema.json"), boxgate::conf::gateway_keys());
    expect_same(schema_keys("users.schema.json"), boxgate::conf::users_keys());
}

BOOST_AUTO_TEST_CASE(defaults_in_the_schema_of_the_gateway_are_the_loaders) {
    const auto schema = json::parse(text_of("gateway.schema.json"));
    std::vector<stated_default> all;
    collect_defaults(schema, schema, "", all);
    BOOST_TEST(all.size() > 30U);
    for (const auto& [key, value] : all) {
        boxgate::testing::yaml_lab lab;
        const auto given = lab.gateway(as_yaml(key, value) + "\n");
        BOOST_TEST(lab.told() == "");
        BOOST_TEST((given == boxgate::conf::gateway_settings()), key);
    }
}

BOOST_AUTO_TEST_CASE(defaults_in_the_schema_of_the_users_are_the_loaders) {
    const auto schema = json::parse(text_of("users.schema.json"));
    std::vector<stated_default> all;
    collect_defaults(schema.at("$defs").at("user"), schema, "", all);
    BOOST_TEST(all.size() >= 7U);
    for (const auto& [key, value] : all) {
        boxgate::testing::yaml_lab lab;
        const std::string base =
            "box_app: ccg, password: "
            "'$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcb"
            "YEdFCoEOfaS35inz1'";
        auto table =
            lab.users("box_apps: { ccg: { client_id: i, client_secret: s, enterprise_id: '1' } }\nusers:\n  a: { " +
                      base + " }\n  b: { " + base + ", " + as_yaml(key, value) + " }\n");
        BOOST_TEST_REQUIRE(lab.told() == "");
        table.users.at("b").login = "a";
        BOOST_TEST((table.users.at("b") == table.users.at("a")), key);
    }
}

BOOST_AUTO_TEST_CASE(examples_show_every_key) {
    expect_mentioned(boxgate::conf::gateway_keys(), text_of("gateway.yaml"));
    expect_mentioned(boxgate::conf::users_keys(), text_of("users.yaml"));
}

BOOST_AUTO_TEST_CASE(examples_name_their_schemas_for_editors) {
    BOOST_TEST(text_of("gateway.yaml").starts_with("# yaml-language-server: $schema=gateway.schema.json\n"));
    BOOST_TEST(text_of("users.yaml").starts_with("# yaml-language-server: $schema=users.schema.json\n"));
}

BOOST_AUTO_TEST_CASE(the_gateway_example_is_without_a_fault) {
    std::vector<boxgate::conf::fault> faults;
    const auto settings = boxgate::conf::read_gateway(text_of("gateway.yaml"), "/etc/gateway.yaml",
                                                      boxgate::conf::read_text_file, faults, nullptr);
    for (const auto& one : faults) BOOST_ERROR(boxgate::conf::to_string(one));
    BOOST_TEST_REQUIRE(settings.monitoring.listen.size() == 1U);
    BOOST_TEST(settings.monitoring.listen[0].address == "127.0.0.1");
}

// Its keys and secrets are made up, so that nobody uses them: what is wrong with it is only that.
BOOST_AUTO_TEST_CASE(the_users_example_lacks_nothing_but_real_keys) {
    std::vector<boxgate::conf::fault> faults;
    boxgate::conf::read_users(text_of("users.yaml"), "/etc/users.yaml", boxgate::conf::read_text_file, faults);
    for (const auto& one : faults) {
        const bool about_files = one.text.find("cannot read") != std::string::npos;
        const bool about_keys =
            one.text.find("privateKey") != std::string::npos || one.text.find("private key") != std::string::npos;
        BOOST_TEST((about_files || about_keys), boxgate::conf::to_string(one));
    }
}

BOOST_AUTO_TEST_SUITE_END()
