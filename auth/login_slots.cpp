#include "auth/login_slots.hpp"

namespace boxgate::auth {

std::shared_ptr<const void> login_slots::take(const std::string& login) {
    const std::lock_guard lock(mutex_);
    auto& count = taken_[login];
    if (count >= per_login_) return nullptr;
    ++count;
    return std::shared_ptr<const void>(this,
                                       [self = shared_from_this(), login](const void*) { self->give_back(login); });
}

void login_slots::give_back(const std::string& login) {
    const std::lock_guard lock(mutex_);
    const auto found = taken_.find(login);
    if (--found->second == 0) taken_.erase(found);
}

}  // namespace boxgate::auth
