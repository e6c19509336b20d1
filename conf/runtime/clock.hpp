#pragma once

#include <chrono>

namespace boxgate::runtime {

/// Where wall-clock time comes from, so that tests can move it.
class clock {
public:
    virtual ~clock() = default;
    virtual std::chrono::system_clock::time_point now() const = 0;
};

class system_clock final : public clock {
public:
    std::chrono::system_clock::time_point now() const override { return std::chrono::system_clock::now(); }
};

}  // namespace boxgate::runtime
