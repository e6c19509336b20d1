#include "tests/simulator/enterprise.hpp"

#include "tests/simulator/digest.hpp"

#include <boost/json.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace box_simulator {

namespace json = boost::json;

namespace {

using key = std::shared_ptr<EVP_PKEY>;

std::string text_of(BIO* source) {
    char* data = nullptr;
    const long n = BIO_get_mem_data(source, &data);
    return std::string(data, static_cast<std::size_t>(n));
}

key read_public_key(const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                           BIO_free);
    key read(PEM_read_bio_PUBKEY(source.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    if (!read) throw std::runtime_error("enterprise.json holds a public key that is not PEM");
    return read;
}

void write(const std::filesystem::path& file, const json::value& content) {
    std::ofstream out(file);
    out << json::serialize(content) << '\n';
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

// One app: its row of enterprise.json, and the file that Box's console would let its owner download.
json::object make_app(const std::filesystem::path& directory, const std::string& enterprise_id, const std::string& name,
                      const std::string& service_account_id, bool authorised, bool as_user) {
    const key pair(EVP_RSA_gen(2048), EVP_PKEY_free);
    const std::unique_ptr<BIO, decltype(&BIO_free)> secret(BIO_new(BIO_s_mem()), BIO_free);
    const std::unique_ptr<BIO, decltype(&BIO_free)> open(BIO_new(BIO_s_mem()), BIO_free);
    const auto passphrase = random_hex(32);
    PEM_write_bio_PKCS8PrivateKey(secret.get(), pair.get(), EVP_aes_256_cbc(), passphrase.data(),
                                  static_cast<int>(passphrase.size()), nullptr, nullptr);
    PEM_write_bio_PUBKEY(open.get(), pair.get());
    const auto client_id = random_hex(32), client_secret = random_hex(32), key_id = random_hex(8);

    const auto suffix = name == "main" ? std::string() : "_" + name;
    const json::object auth{{"publicKeyID", key_id}, {"privateKey", text_of(secret.get())}, {"passphrase", passphrase}};
    const json::object settings{{"clientID", client_id}, {"clientSecret", client_secret}, {"appAuth", auth}};
    write(directory / ("jwt_config" + suffix + ".json"),
          json::object{{"boxAppSettings", settings}, {"enterpriseID", enterprise_id}});

    return {{"name", name},
            {"client_id", client_id},
            {"client_secret", client_secret},
            {"keys", json::object{{key_id, text_of(open.get())}}},
            {"service_account_id", service_account_id},
            {"authorised", authorised},
            {"as_user", as_user},
            {"user_tokens", true}};
}

json::object make_user(const std::string& id, const std::string& login, const std::string& name,
                       const std::string& status, bool service) {
    return {{"id", id}, {"login", login}, {"name", name}, {"status", status}, {"service_account", service}};
}

std::string text(const json::object& from, const char* name) {
    return std::string(from.at(name).as_string());
}

}  // namespace

const app* enterprise::find_app(const std::string& client_id) const {
    for (const auto& candidate : apps) {
        if (candidate.client_id == client_id) return &candidate;
    }
    return nullptr;
}

const user* enterprise::find_user(const std::string& user_id) const {
    for (const auto& candidate : users) {
        if (candidate.id == user_id) return &candidate;
    }
    return nullptr;
}

user* enterprise::find_user(const std::string& user_id) {
    return const_cast<user*>(std::as_const(*this).find_user(user_id));
}

enterprise enterprise::load(const std::filesystem::path& directory) {
    const auto file = directory / "enterprise.json";
    std::ifstream in(file);
    if (!in)
        throw std::runtime_error("cannot read " + file.string() + ": run box-simulator init " + directory.string());
    std::stringstream content;
    content << in.rdbuf();
    try {
        const auto value = json::parse(content.str());
        enterprise made;
        made.id = text(value.as_object(), "id");
        for (const auto& entry : value.at("apps").as_array()) {
            const auto& from = entry.as_object();
            app one;
            one.client_id = text(from, "client_id");
            one.client_secret = text(from, "client_secret");
            for (const auto& [id, pem] : from.at("keys").as_object()) {
                one.keys[std::string(id)] = read_public_key(std::string(pem.as_string()));
            }
            one.service_account_id = text(from, "service_account_id");
            one.authorised = from.at("authorised").as_bool();
            one.as_user = from.at("as_user").as_bool();
            one.user_tokens = from.at("user_tokens").as_bool();
            made.apps.push_back(std::move(one));
        }
        for (const auto& entry : value.at("users").as_array()) {
            const auto& from = entry.as_object();
            user one;
            one.id = text(from, "id");
            one.login = text(from, "login");
            one.name = text(from, "name");
            one.status = text(from, "status");
            one.service_account = from.at("service_account").as_bool();
            if (const auto* space = from.if_contains("space_amount"))
                one.space_amount = space->to_number<std::int64_t>();
            made.users.push_back(std::move(one));
        }
        return made;
    } catch (const std::exception& error) {
        throw std::runtime_error(file.string() + ": " + error.what());
    }
}

void init(const std::filesystem::path& directory) {
    std::filesystem::create_directories(directory);
    const std::string enterprise_id = "900001";
    json::array apps, users;
    apps.push_back(make_app(directory, enterprise_id, "main", "1000", true, true));
    apps.push_back(make_app(directory, enterprise_id, "no_as_user", "1001", true, false));
    apps.push_back(make_app(directory, enterprise_id, "unauthorised", "1002", false, true));
    for (const char* id : {"1000", "1001", "1002"}) {
        users.push_back(make_user(id, std::string("AutomationUser_") + id + "_sim@boxdevedition.com", "Service account",
                                  "active", true));
    }
    // Logins and names that begin alike, because Box's look-up matches beginnings.
    users.push_back(make_user("2001", "demo@example.com", "Demo User", "active", false));
    users.push_back(make_user("2002", "demo@example.com.invalid", "Demo Lookalike", "active", false));
    users.push_back(make_user("2003", "alice@example.com", "Alice", "active", false));
    users.push_back(make_user("2004", "bob@example.com", "demo@example.com", "active", false));
    users.push_back(make_user("2005", "gone@example.com", "Gone", "inactive", false));
    for (const auto& one : users) {
        std::filesystem::create_directories(directory / "root" / text(one.as_object(), "login"));
    }
    write(directory / "enterprise.json", json::object{{"id", enterprise_id}, {"apps", apps}, {"users", users}});
}

}  // namespace box_simulator
