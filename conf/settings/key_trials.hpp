#pragma once

#include "conf/settings/pem_key.hpp"
#include "conf/settings/settings.hpp"

#include <array>
#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace boxgate::conf {

/// Digests of private keys, each with its passphrase, that are known to open.
using opened_keys = std::set<std::array<unsigned char, 32>>;

/// The private keys that were met while files are read. Opening one is slow on purpose (a millisecond), and there may
/// be a thousand: they are tried together, by all cores, equal ones once.
class key_trials {
public:
    using open_function = std::function<std::optional<private_key_fault>(const secret& pem, const secret& passphrase)>;
    using tell_function = std::function<void(const private_key_fault&)>;

    /// Keys of `known`, which outlives this, are taken to open. `open` is called by several threads at once.
    explicit key_trials(opened_keys& known, open_function open = fault_of_private_key)
        : known_(known), open_(std::move(open)) {}

    /// `app` has a key; run() calls `tell` if it does not open.
    void add(std::shared_ptr<const box_app> app, tell_function tell);

    /// Tries all, and tells in the order in which they were added. Afterwards `known` has those of them that open, and
    /// no others.
    void run();

private:
    struct trial {
        std::shared_ptr<const box_app> app;
        tell_function tell;
    };

    opened_keys& known_;
    const open_function open_;
    std::vector<trial> trials_;
};

}  // namespace boxgate::conf
