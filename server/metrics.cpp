#include "server/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sstream>

namespace boxgate::server {

namespace {

// From a cached answer to the largest uploads, in seconds.
const prometheus::Histogram::BucketBoundaries durations{0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900};

double seconds(std::chrono::steady_clock::duration took) {
    return std::chrono::duration<double>(took).count();
}

std::string text_of(std::string_view view) {
    return std::string(view);
}

}  // namespace

struct prometheus_metrics::families {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& operations =
        prometheus::BuildCounter()
            .Name("boxgate_operations_total")
            .Help("File operations that ended, by protocol, verb and outcome")
            .Register(registry);
    prometheus::Family<prometheus::Histogram>& operation_seconds = prometheus::BuildHistogram()
                                                                       .Name("boxgate_operation_seconds")
                                                                       .Help("How long file operations took")
                                                                       .Register(registry);
    prometheus::Family<prometheus::Counter>& bytes = prometheus::BuildCounter()
                                                         .Name("boxgate_transferred_bytes_total")
                                                         .Help("Content of transfers that ended, by protocol and verb")
                                                         .Register(registry);
    prometheus::Family<prometheus::Counter>& logins = prometheus::BuildCounter()
                                                          .Name("boxgate_credentials_total")
                                                          .Help("Passwords and keys that were looked at, by outcome")
                                                          .Register(registry);
    prometheus::Family<prometheus::Counter>& box_calls =
        prometheus::BuildCounter()
            .Name("boxgate_box_calls_total")
            .Help("Calls to Box by endpoint and status; status 0: no answer")
            .Register(registry);
    prometheus::Family<prometheus::Histogram>& box_seconds = prometheus::BuildHistogram()
                                                                 .Name("boxgate_box_call_seconds")
                                                                 .Help("How long Box took to answer, by endpoint")
                                                                 .Register(registry);
    prometheus::Family<prometheus::Histogram>& wait_seconds =
        prometheus::BuildHistogram()
            .Name("boxgate_wait_seconds")
            .Help("How long work was held up, by reason; what went on at once is not in it")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& path_lookups =
        prometheus::BuildCounter()
            .Name("boxgate_path_lookups_total")
            .Help("Names looked for in the path cache; outcome miss: Box was asked")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& reloads =
        prometheus::BuildCounter()
            .Name("boxgate_users_reloads_total")
            .Help("Readings of the users' files after the first; outcome kept: they had faults")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& now = prometheus::BuildGauge()
                                                     .Name("boxgate_in_use")
                                                     .Help("What is held at this moment, by thing")
                                                     .Register(registry);
};

prometheus_metrics::prometheus_metrics() : families_(std::make_unique<families>()) {}
prometheus_metrics::~prometheus_metrics() = default;

void prometheus_metrics::operation(std::string_view protocol, std::string_view verb, std::string_view outcome,
                                   std::chrono::steady_clock::duration took) {
    families_->operations.Add({{"protocol", text_of(protocol)}, {"verb", text_of(verb)}, {"outcome", text_of(outcome)}})
        .Increment();
    families_->operation_seconds.Add({{"protocol", text_of(protocol)}, {"verb", text_of(verb)}}, durations)
        .Observe(seconds(took));
}

void prometheus_metrics::moved(std::string_view protocol, std::string_view verb, std::uint64_t bytes) {
    families_->bytes.Add({{"protocol", text_of(protocol)}, {"verb", text_of(verb)}})
        .Increment(static_cast<double>(bytes));
}

void prometheus_metrics::login(std::string_view method, std::string_view outcome) {
    families_->logins.Add({{"method", text_of(method)}, {"outcome", text_of(outcome)}}).Increment();
}

void prometheus_metrics::box_call(std::string_view endpoint, unsigned status,
                                  std::chrono::steady_clock::duration took) {
    families_->box_calls.Add({{"endpoint", text_of(endpoint)}, {"status", std::to_string(status)}}).Increment();
    families_->box_seconds.Add({{"endpoint", text_of(endpoint)}}, durations).Observe(seconds(took));
}

void prometheus_metrics::waited(std::string_view reason, std::chrono::steady_clock::duration length) {
    families_->wait_seconds.Add({{"reason", text_of(reason)}}, durations).Observe(seconds(length));
}

void prometheus_metrics::path_lookup(std::string_view outcome) {
    families_->path_lookups.Add({{"outcome", text_of(outcome)}}).Increment();
}

void prometheus_metrics::reload(std::string_view outcome) {
    families_->reloads.Add({{"outcome", text_of(outcome)}}).Increment();
}

void prometheus_metrics::set(std::string_view gauge, double value) {
    families_->now.Add({{"thing", text_of(gauge)}}).Set(value);
}

std::string prometheus_metrics::text() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families_->registry.Collect());
    return out.str();
}

}  // namespace boxgate::server
