#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace boxgate::runtime {

enum class log_level { debug, info, warning, error };
enum class log_format { human, json };

/// One named value of a log line. Borrows its text until write() returns.
struct log_field {
    log_field(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
    log_field(std::string_view field_name, const char* text) : name(field_name), value(std::string_view(text)) {}
    log_field(std::string_view field_name, const std::string& text) : name(field_name), value(std::string_view(text)) {}
    log_field(std::string_view field_name, bool flag) : name(field_name), value(flag) {}
    template <class Integer>
    requires std::is_integral_v<Integer> log_field(std::string_view field_name, Integer number)
        : name(field_name), value(static_cast<std::int64_t>(number)) {}

    std::string_view name;
    std::variant<std::string_view, std::int64_t, bool> value;
};

/// One line per event: a fixed event name and its fields. Any thread may write. Bytes that could forge a line or a
/// terminal sequence are escaped. Callers never pass secrets; see conf::secret, which cannot be turned into a field.
class log {
public:
    /// Writes to standard error.
    log(log_format format, log_level least);
    /// Writes whole lines to `line_sink` (tests).
    log(log_format format, log_level least, std::function<void(std::string_view)> line_sink);
    ~log();
    log(const log&) = delete;
    log& operator=(const log&) = delete;

    void debug(std::string_view event, std::initializer_list<log_field> fields = {}) const;
    void info(std::string_view event, std::initializer_list<log_field> fields = {}) const;
    void warning(std::string_view event, std::initializer_list<log_field> fields = {}) const;
    void error(std::string_view event, std::initializer_list<log_field> fields = {}) const;

    /// For lines whose fields are put together at run time.
    void write(log_level level, std::string_view event, std::span<const log_field> fields) const;

private:
    struct implementation;

    std::unique_ptr<implementation> implementation_;
};

}  // namespace boxgate::runtime
