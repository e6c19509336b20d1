#include "protocol/ftp/time_zone.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace boxgate::ftp {

namespace {

// Big-endian numbers from a text; what is missing makes it bad for good.
class reader {
public:
    explicit reader(std::string_view text) : text_(text) {}

    std::int64_t number(std::size_t bytes) {
        const auto piece = take(bytes);
        std::uint64_t value =
            !piece.empty() && (static_cast<unsigned char>(piece.front()) & 0x80) ? ~std::uint64_t{0} : 0;
        for (const char c : piece) value = value << 8 | static_cast<unsigned char>(c);
        return static_cast<std::int64_t>(value);
    }
    std::string_view take(std::size_t bytes) {
        if (bytes > text_.size()) {
            good_ = false;
            return {};
        }
        const auto piece = text_.substr(0, bytes);
        text_.remove_prefix(bytes);
        return piece;
    }
    bool good() const { return good_; }

private:
    std::string_view text_;
    bool good_ = true;
};

struct header {
    char version = 0;
    std::size_t utc_marks = 0, standard_marks = 0, leaps = 0, times = 0, types = 0, letters = 0;

    std::size_t body(std::size_t time_size) const {
        return times * time_size + times + types * 6 + letters + leaps * (time_size + 4) + standard_marks + utc_marks;
    }
};

header read_header(reader& from, bool& good) {
    header read;
    good = from.take(4) == "TZif";
    const auto version = from.take(1);
    if (!version.empty()) read.version = version.front();
    from.take(15);
    for (auto* const count :
         {&read.utc_marks, &read.standard_marks, &read.leaps, &read.times, &read.types, &read.letters}) {
        const auto value = from.number(4);
        if (value < 0 || value > 100'000) good = false;
        *count = good ? static_cast<std::size_t>(value) : 0;
    }
    good = good && from.good();
    return read;
}

}  // namespace

std::optional<time_zone> time_zone::parse(std::string_view content) {
    reader from(content);
    bool good = false;
    auto head = read_header(from, good);
    std::size_t time_size = 4;
    if (good && head.version >= '2') {  // the second part says the same with 64 bits
        from.take(head.body(4));
        head = read_header(from, good);
        time_size = 8;
    }
    if (!good || head.types == 0) return std::nullopt;
    std::vector<std::int64_t> times;
    for (std::size_t i = 0; i < head.times; ++i) times.push_back(from.number(time_size));
    const auto kinds = from.take(head.times);
    std::vector<std::chrono::seconds> offsets;
    for (std::size_t i = 0; i < head.types; ++i) {
        offsets.emplace_back(from.number(4));
        from.take(2);  // whether it is daylight saving time, and what it is called
    }
    if (!from.good()) return std::nullopt;
    time_zone zone;
    zone.first_ = offsets.front();
    for (std::size_t i = 0; i < times.size(); ++i) {
        const auto kind = static_cast<unsigned char>(kinds[i]);
        if (kind >= offsets.size()) return std::nullopt;
        zone.changes_.push_back({times[i], offsets[kind]});
    }
    return zone;
}

time_zone time_zone::load(const std::string& name) {
    if (name == "UTC") return {};
    std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    auto zone = parse(content.str());
    if (!file || !zone) throw std::runtime_error("ftp.list_zone: cannot read the time zone " + name);
    return *zone;
}

std::chrono::seconds time_zone::offset(std::chrono::system_clock::time_point when) const {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count();
    const auto after = std::upper_bound(changes_.begin(), changes_.end(), seconds,
                                        [](std::int64_t at, const change& one) { return at < one.at; });
    return after == changes_.begin() ? first_ : std::prev(after)->offset;
}

}  // namespace boxgate::ftp
