#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace boxgate::testing {

/// What a client does, step by step, so that its connections can be lost after each of them.
class dialogue {
public:
    void step(std::string what, std::function<void()> action) {
        steps_.emplace_back(std::move(what), std::move(action));
    }

    std::size_t size() const { return steps_.size(); }
    const std::string& name(std::size_t index) const { return steps_[index].first; }

    /// The first `count` steps.
    void run(std::size_t count) const {
        for (std::size_t i = 0; i < count; ++i) steps_[i].second();
    }

private:
    std::vector<std::pair<std::string, std::function<void()>>> steps_;
};

/// How a client's connections end when it fails.
enum class loss {
    closed,  ///< in an orderly way for TCP (FIN), as when a program is killed
    reset,   ///< with RST, as when a machine goes away and comes back
};

inline const char* to_string(loss how) {
    return how == loss::closed ? "closed" : "reset";
}

}  // namespace boxgate::testing
