#include "box/event_filter.hpp"

namespace boxgate::box {

namespace {

void forget(const api::item& now, path_cache& cache, bool gone) {
    const auto known = cache.by_id(now.id);
    const bool later = known && known->sequence_id && now.sequence_id && *known->sequence_id >= *now.sequence_id;
    // Our own writes come back as events; what we know already is not worth a call.
    const bool same_place =
        known && known->name == now.name && (now.parent_id.empty() || known->parent_id == now.parent_id);
    if (later && same_place && !gone) return;
    cache.forget_item(now.id);
    if (!gone && !now.parent_id.empty()) cache.doubt(now.parent_id);
}

}  // namespace

bool event_filter::apply(const api::event_page& page, path_cache& cache) {
    bool news = false;
    for (const auto& one : page.entries) {
        if (!is_new(one.id)) continue;
        news = true;
        if (one.source) {
            const bool gone = one.source->trashed || one.type == "ITEM_TRASH";
            forget(*one.source, cache, gone);
        } else if (!one.has_source && one.type.starts_with("ITEM_")) {
            cache.clear();  // something has changed, and Box does not say what
        }
    }
    return news;
}

bool event_filter::is_new(const std::string& event_id) {
    if (event_id.empty()) return true;
    if (!seen_.insert(event_id).second) return false;
    order_.push_back(event_id);
    if (order_.size() > remembered) {
        seen_.erase(order_.front());
        order_.pop_front();
    }
    return true;
}

}  // namespace boxgate::box
