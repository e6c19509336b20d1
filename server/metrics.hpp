#pragma once

#include "conf/runtime/telemetry.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace boxgate::server {

/// The telemetry as Prometheus metrics. Names begin with boxgate_; server/README.md lists them.
class prometheus_metrics final : public runtime::telemetry {
public:
    prometheus_metrics();
    ~prometheus_metrics() override;

    void operation(std::string_view protocol, std::string_view verb, std::string_view outcome,
                   std::chrono::steady_clock::duration took) override;
    void moved(std::string_view protocol, std::string_view verb, std::uint64_t bytes) override;
    void login(std::string_view method, std::string_view outcome) override;
    void box_call(std::string_view endpoint, unsigned status, std::chrono::steady_clock::duration took) override;
    void waited(std::string_view reason, std::chrono::steady_clock::duration length) override;
    void path_lookup(std::string_view outcome) override;
    void reload(std::string_view outcome) override;

    /// What is so at this moment, as opposed to what has been counted.
    void set(std::string_view gauge, double value);

    /// Everything in Prometheus' text format, version 0.0.4.
    std::string text() const;

private:
    struct families;
    std::unique_ptr<families> families_;
};

}  // namespace boxgate::server
