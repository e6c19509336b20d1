#pragma once

#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace boxgate::testing {

/// A certificate authority of the test's own.
class test_authority {
public:
    /// A certificate with its private key, both PEM.
    struct issued {
        std::string certificate;
        std::string private_key;
    };

    explicit test_authority(const std::string& common_name = "boxgate test authority");

    std::string certificate() const;  ///< PEM: what clients are told to trust

    /// For servers. Names are DNS names or IP addresses.
    issued issue(const std::vector<std::string>& names) const;

private:
    std::shared_ptr<evp_pkey_st> key_;
    std::shared_ptr<x509_st> certificate_;
};

}  // namespace boxgate::testing
