#pragma once

#include "box/api/json.hpp"
#include "box/tree.hpp"
#include "tests/unit/box/client_lab.hpp"

namespace boxgate::testing {

/// A tree in front of a scripted Box.
struct tree_lab : client_lab {
    static storage::path at(const std::string& text) { return storage::path::parse(text).value(); }

    /// "ok" or the name of the failure's code.
    template <class T>
    static std::string word(const storage::result<T>& got) {
        return got.has_value() ? "ok" : std::string(storage::to_string(got.error().code));
    }

    std::string mkdir(const std::string& where) { return word(run(subject.make_directory("0", at(where)))); }
    std::string remove(const std::string& where, box::api::item_type type = box::api::item_type::file) {
        return word(run(subject.remove("0", at(where), type)));
    }
    storage::result<box::tree::renaming> rename_over(const std::string& from, const std::string& to,
                                                     conf::rename_over how = conf::rename_over::swap,
                                                     bool may_replace = true) {
        const box::tree::replacing rules(may_replace, false, how);
        return run(subject.rename("0", at(from), at(to), rules));
    }
    std::string rename(const std::string& from, const std::string& to) { return word(rename_over(from, to)); }

    /// Lets the cache know an item of the root.
    void know(const std::string& type, const std::string& id, const std::string& name) {
        subject.names().learned("0", box::api::parse_item(std::string_view(item_json(type, id, name, "0"))).value());
    }

    box::tree subject{who, *client, endpoints, settings, log, waiting};
};

}  // namespace boxgate::testing
