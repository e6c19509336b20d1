#include "conf/settings/key_trials.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <stdexcept>
#include <thread>

namespace boxgate::conf {

namespace {

using key_digest = opened_keys::value_type;

constexpr std::size_t worth_a_thread = 8;  // keys

key_digest digest_of(const box_app& app) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    bool good = hash && EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1;
    for (const auto* const part : {&app.private_key, &app.private_key_passphrase}) {
        // The length comes first: no other pair may make the same bytes.
        const auto text = part->reveal();
        const auto size = text.size();
        good = good && EVP_DigestUpdate(hash.get(), &size, sizeof size) == 1 &&
               EVP_DigestUpdate(hash.get(), text.data(), size) == 1;
    }
    key_digest digest;
    good = good && EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr) == 1;
    if (!good) throw std::runtime_error("OpenSSL has no SHA-256");
    return digest;
}

}  // namespace

void key_trials::add(std::shared_ptr<const box_app> app, tell_function tell) {
    trials_.push_back({std::move(app), std::move(tell)});
}

void key_trials::run() {
    struct opening {
        const box_app* app;
        std::optional<private_key_fault> fault;
    };
    std::map<key_digest, opening> met;
    std::vector<opening*> untried;
    std::vector<const opening*> of_trials;
    for (const auto& one : trials_) {
        const auto [place, is_new] = met.try_emplace(digest_of(*one.app), opening{one.app.get(), {}});
        if (is_new && !known_.contains(place->first)) untried.push_back(&place->second);
        of_trials.push_back(&place->second);
    }

    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (auto i = next++; i < untried.size(); i = next++) {
            const auto& app = *untried[i]->app;
            untried[i]->fault = open_(app.private_key, app.private_key_passphrase);
        }
    };
    {
        std::vector<std::future<void>> others;
        const auto useful = std::min<std::size_t>(std::thread::hardware_concurrency(), untried.size() / worth_a_thread);
        while (others.size() + 1 < useful) others.push_back(std::async(std::launch::async, work));
        work();
        for (auto& one : others) one.get();
    }

    known_.clear();
    for (const auto& [digest, key] : met) {
        if (!key.fault) known_.insert(digest);
    }
    for (std::size_t i = 0; i < trials_.size(); ++i) {
        if (of_trials[i]->fault) trials_[i].tell(*of_trials[i]->fault);
    }
    trials_.clear();
}

}  // namespace boxgate::conf
