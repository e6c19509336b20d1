#include "conf/runtime/log.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/locale/utf.hpp>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <mutex>

namespace boxgate::runtime {

namespace {

class function_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit function_sink(std::function<void(std::string_view)> target) : target_(std::move(target)) {}

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t text;
        formatter_->format(message, text);
        target_(std::string_view(text.data(), text.size()));
    }
    void flush_() override {}

private:
    std::function<void(std::string_view)> target_;
};

spdlog::level::level_enum to_spdlog(log_level level) {
    switch (level) {
        case log_level::debug:
            return spdlog::level::debug;
        case log_level::info:
            return spdlog::level::info;
        case log_level::warning:
            return spdlog::level::warn;
        case log_level::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

bool needs_quotes(std::string_view text) {
    if (text.empty()) return true;
    for (const char letter : text) {
        const auto c = static_cast<unsigned char>(letter);
        if (c <= ' ' || c == '"' || c == '\\' || c == '=' || c >= 0x7f) return true;
    }
    return false;
}

// Clients name files as they like. What is not UTF-8, and the controls that JSON lets through, become U+FFFD.
std::string clean(std::string_view text) {
    using utf8 = boost::locale::utf::utf_traits<char>;
    std::string kept;
    kept.reserve(text.size());
    for (auto at = text.begin(); at != text.end();) {
        const auto begin = at;
        const auto letter = utf8::decode(at, text.end());
        const bool good = boost::locale::utf::is_valid_codepoint(letter);
        if (!good) at = begin + 1;
        if (good && (letter < 0x7f || letter > 0x9f)) {
            kept.append(begin, at);
        } else {
            kept += "\xef\xbf\xbd";
        }
    }
    return kept;
}

// JSON's own escapes keep the other control bytes out of the line, in both formats.
std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string_view(clean(text)));
}

void append_value(std::string& line, const log_field& field, bool always_quote) {
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
        if (always_quote || needs_quotes(*text)) {
            line += quoted(*text);
        } else {
            line += *text;
        }
    } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
        line += std::to_string(*number);
    } else {
        line += std::get<bool>(field.value) ? "true" : "false";
    }
}

}  // namespace

struct log::implementation {
    implementation(log_format line_format, log_level least, std::shared_ptr<spdlog::sinks::sink> sink)
        : format(line_format), logger("boxgate", std::move(sink)) {
        logger.set_level(to_spdlog(least));
        logger.flush_on(spdlog::level::debug);
        // %v is one JSON object's inside or one human line's tail; the time is UTC so that logs of many hosts agree.
        const char* pattern = format == log_format::json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                                         : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v";
        logger.set_formatter(
            std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n"));
    }

    log_format format;
    spdlog::logger logger;
};

log::log(log_format format, log_level least)
    : implementation_(
          std::make_unique<implementation>(format, least, std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}

log::log(log_format format, log_level least, std::function<void(std::string_view)> line_sink)
    : implementation_(
          std::make_unique<implementation>(format, least, std::make_shared<function_sink>(std::move(line_sink)))) {}

log::~log() = default;

void log::debug(std::string_view event, std::initializer_list<log_field> fields) const {
    write(log_level::debug, event, std::span(fields.begin(), fields.size()));
}
void log::info(std::string_view event, std::initializer_list<log_field> fields) const {
    write(log_level::info, event, std::span(fields.begin(), fields.size()));
}
void log::warning(std::string_view event, std::initializer_list<log_field> fields) const {
    write(log_level::warning, event, std::span(fields.begin(), fields.size()));
}
void log::error(std::string_view event, std::initializer_list<log_field> fields) const {
    write(log_level::error, event, std::span(fields.begin(), fields.size()));
}

void log::write(log_level level, std::string_view event, std::span<const log_field> fields) const {
    auto& to = *implementation_;
    if (!to.logger.should_log(to_spdlog(level))) return;
    std::string line;
    if (to.format == log_format::json) {
        line = "\"event\":" + quoted(event);
        for (const auto& field : fields) {
            line += ',';
            line += quoted(field.name);
            line += ':';
            append_value(line, field, true);
        }
    } else {
        line = event;
        for (const auto& field : fields) {
            line += ' ';
            line += field.name;
            line += '=';
            append_value(line, field, false);
        }
    }
    to.logger.log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace boxgate::runtime
