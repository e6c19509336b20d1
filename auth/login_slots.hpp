#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace boxgate::auth {

/// How many sessions each login may have at a time, over both protocols; another one counts them by address. Any
/// thread.
class login_slots : public std::enable_shared_from_this<login_slots> {
public:
    /// 0: no limit.
    explicit login_slots(std::size_t per_login) : per_login_(per_login) {}

    /// A place of its own for one session of `login`, given back when the last copy goes; null if all are taken.
    std::shared_ptr<const void> take(const std::string& login);
    /// The same where this login has a limit of its own.
    std::shared_ptr<const void> take(const std::string& login, std::size_t limit);

    std::size_t taken(const std::string& login) const;
    std::size_t taken() const;  ///< by all together

private:
    void give_back(const std::string& login);

    const std::size_t per_login_;
    mutable std::mutex mutex_;
    std::map<std::string, std::size_t> taken_;
    std::size_t total_ = 0;
};

}  // namespace boxgate::auth
