#pragma once

#include "conf/settings/fault.hpp"
#include "conf/settings/key_trials.hpp"
#include "conf/settings/text_file.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace boxgate::conf {

/// Where each key that was given stands: "ftp.tls.mode" -> position of its value.
class key_positions {
public:
    void note(const std::string& key, text_position at) { at_[key] = at; }
    bool given(const std::string& key) const { return at_.contains(key); }

    /// The place of the key or, where it is not given, of the nearest map around it that is.
    text_position of(std::string key) const;

private:
    std::map<std::string, text_position> at_;
};

/// What every reader of a value needs besides the value: where files are, where faults go, which key it is in.
class read_context {
public:
    /// `keys` receives the private keys of apps; may be null where a file holds none.
    read_context(std::filesystem::path file, const file_source& files, std::vector<fault>& faults,
                 key_trials* keys = nullptr)
        : file_(std::move(file)), files_(files), faults_(faults), keys_(keys) {}

    const std::filesystem::path& file() const { return file_; }
    const key_positions& positions() const { return positions_; }

    void report(text_position at, std::string text) { faults_.push_back({file_.string(), at, std::move(text)}); }
    std::size_t fault_count() const { return faults_.size(); }

    /// A path as written, seen from the folder of the file that holds it.
    std::filesystem::path resolve(std::string_view written) const { return file_.parent_path() / written; }
    parsed<std::string> read_file(const std::filesystem::path& file) const { return files_(file); }

    void try_key(std::shared_ptr<const box_app> app, key_trials::tell_function tell) {
        keys_->add(std::move(app), std::move(tell));
    }

    /// The dotted name of the key that is being read.
    const std::string& key() const { return key_; }

    /// While it lives, key() is `name` inside the key before it.
    class scope {
    public:
        scope(read_context& context, std::string_view name, text_position value_at);
        ~scope() { context_.key_.resize(length_before_); }
        scope(const scope&) = delete;
        scope& operator=(const scope&) = delete;

    private:
        read_context& context_;
        std::size_t length_before_;
    };

private:
    std::filesystem::path file_;
    const file_source& files_;
    std::vector<fault>& faults_;
    key_trials* keys_;
    std::string key_;
    key_positions positions_;
};

}  // namespace boxgate::conf
