// The settings that tests may change while the simulator runs. README.md says what each is for.
#include "tests/simulator/simulator.hpp"

#include <functional>
#include <map>
#include <string_view>

namespace box_simulator {

namespace json = boost::json;

namespace {

struct setting {
    std::function<json::value()> get;
    std::function<void(const json::value&)> set;
};

template <class Number>
setting number(std::atomic<Number>& of) {
    return {[&of] { return json::value(of.load()); }, [&of](const json::value& to) { of = to.to_number<Number>(); }};
}

setting flag(std::atomic<bool>& of) {
    return {[&of] { return json::value(of.load()); }, [&of](const json::value& to) { of = to.as_bool(); }};
}

std::map<std::string_view, setting> settings_of(api& box, upload_sessions& uploads, token_store& tokens,
                                                event_streams& streams, tree& items) {
    return {
        {"clock_offset", number(box.clock_offset)},
        {"commit_202_count", number(uploads.commit_202_count)},
        {"commit_ms", number(uploads.commit_ms)},
        {"commit_retry_after", number(uploads.commit_retry_after)},
        {"direct_upload_limit", number(box.direct_upload_limit)},
        {"download_202_count", number(box.download_202_count)},
        {"download_bytes_per_second", number(box.download_bytes_per_second)},
        {"download_url_lifetime", number(box.download_url_lifetime)},
        {"duplicate_folders", number(items.duplicate_folders)},
        {"events_delay_ms", number(streams.delay_ms)},
        {"events_disorder", flag(streams.disorder)},
        {"events_duplicates", number(streams.duplicates)},
        {"events_reconnect_ms", number(streams.reconnect_ms)},
        {"folder_answer_limit_ms", number(box.folder_changes.answer_limit_ms)},
        {"folder_change_ms", number(box.folder_changes.change_ms)},
        {"latency_ms", number(box.latency_ms)},
        {"minimum_session_size", number(uploads.minimum_size)},
        {"nfkc_names", flag(items.nfkc_names)},
        {"part_size", number(uploads.part_size)},
        {"parts_mismatch_once", flag(uploads.parts_mismatch_once)},
        {"rate_count_caller", flag(box.budgets.count_caller)},
        {"rate_count_parts", flag(box.budgets.count_parts)},
        {"rate_general", number(box.budgets.general)},
        {"rate_minute_ms", number(box.budgets.minute_ms)},
        {"rate_uploads", number(box.budgets.uploads)},
        {"strict_names", flag(items.strict_names)},
        {"token_lifetime", number(tokens.lifetime)},
        {"upload_bytes_per_second", number(box.upload_bytes_per_second)},
    };
}

}  // namespace

void simulator::change_settings(const json::object& to) {
    const auto known = settings_of(api_, uploads_, tokens_, streams_, tree_);
    for (const auto& [name, value] : to) {
        const auto at = known.find(std::string_view(name.data(), name.size()));
        if (at == known.end()) throw box_error(400, "bad_request", "no setting " + std::string(name));
        at->second.set(value);
    }
}

json::object simulator::settings() {
    json::object all;
    for (const auto& [name, one] : settings_of(api_, uploads_, tokens_, streams_, tree_)) all[name] = one.get();
    return all;
}

}  // namespace box_simulator
