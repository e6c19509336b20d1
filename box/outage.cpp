#include "box/outage.hpp"

namespace boxgate::box {

bool outage::admits(clock::time_point now) {
    if (!open_) return true;
    if (now < next_probe_) return false;
    next_probe_ = now + between_probes;
    return true;
}

void outage::failed(std::string reason, clock::time_point now) {
    if (failures_++ == 0) since_ = now;
    reason_ = std::move(reason);
    troubled_.store(true, std::memory_order_relaxed);
    if (open_ || failures_ < failures_in_a_row || now - since_ < at_least) return;
    open_ = true;
    next_probe_ = now + between_probes;
}

void outage::worked() {
    failures_ = 0;
    open_ = false;
    troubled_.store(false, std::memory_order_relaxed);
}

}  // namespace boxgate::box
