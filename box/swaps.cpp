#include "box/swaps.hpp"

#include "box/names.hpp"

#include <algorithm>

namespace boxgate::box {

swaps::place swaps::place_of(const identity& who, const std::string& folder_id, std::string_view name) {
    return {folder_id == "0" ? "0 of " + who.key() : folder_id, fold(name)};
}

const swaps::state* swaps::at(const place& where) const {
    const auto found = running_.find(where);
    return found == running_.end() ? nullptr : &found->second;
}

const swaps::state* swaps::of_file(const std::string& id) const {
    const auto is_it = [&id](const auto& running) { return running.second.old.id == id; };
    const auto found = std::find_if(running_.begin(), running_.end(), is_it);
    return found == running_.end() ? nullptr : &found->second;
}

void swaps::set_unsettled(const place& folder, bool is) {
    if (is) {
        unsettled_.insert(folder);
    } else {
        unsettled_.erase(folder);
    }
}

swap::swap(std::shared_ptr<swaps> in, swaps::place where, api::item old, std::string source_id)
    : in_(std::move(in)), place_(std::move(where)) {
    swaps::state state;
    state.old = std::move(old);
    state.source_id = std::move(source_id);
    in_->running_[place_] = std::move(state);
}

swap::~swap() {
    in_->running_.erase(place_);
}

void swap::placed(api::item now) {
    in_->running_.at(place_).placed = std::move(now);
}

}  // namespace boxgate::box
