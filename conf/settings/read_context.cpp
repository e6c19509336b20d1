#include "conf/settings/read_context.hpp"

namespace boxgate::conf {

text_position key_positions::of(std::string key) const {
    for (;;) {
        if (const auto found = at_.find(key); found != at_.end()) return found->second;
        const auto dot = key.rfind('.');
        if (dot == std::string::npos) return {};
        key.resize(dot);
    }
}

read_context::scope::scope(read_context& context, std::string_view name, text_position value_at)
    : context_(context), length_before_(context.key_.size()) {
    if (!context.key_.empty()) context.key_ += '.';
    context.key_ += name;
    context.positions_.note(context.key_, value_at);
}

}  // namespace boxgate::conf
