#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace boxgate::auth {

/// How many sessions each login may have at a time, over both protocols. Any thread.
class login_slots : public std::enable_shared_from_this<login_slots> {
public:
    explicit login_slots(std::size_t per_login) : per_login_(per_login) {}

    /// A place of its own for one session of `login`, given back when the last copy goes; null if all are taken.
    std::shared_ptr<const void> take(const std::string& login);

private:
    void give_back(const std::string& login);

    const std::size_t per_login_;
    std::mutex mutex_;
    std::map<std::string, std::size_t> taken_;
};

}  // namespace boxgate::auth
