#include "auth/login_slots.hpp"

namespace boxgate::auth {

std::shared_ptr<const void> login_slots::take(const std::string& login) {
    return take(login, per_login_);
}

std::shared_ptr<const void> login_slots::take(const std::string& login, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    const auto found = taken_.find(login);
    if (limit != 0 && found != taken_.end() && found->second >= limit) return nullptr;
    ++taken_[login];
    ++total_;
    return std::shared_ptr<const void>(this,
                                       [self = shared_from_this(), login](const void*) { self->give_back(login); });
}

void login_slots::give_back(const std::string& login) {
    const std::lock_guard lock(mutex_);
    const auto found = taken_.find(login);
    if (--found->second == 0) taken_.erase(found);
    --total_;
}

std::size_t login_slots::taken(const std::string& login) const {
    const std::lock_guard lock(mutex_);
    const auto found = taken_.find(login);
    return found == taken_.end() ? 0 : found->second;
}

std::size_t login_slots::taken() const {
    const std::lock_guard lock(mutex_);
    return total_;
}

}  // namespace boxgate::auth
