#pragma once

#include "box/api/types.hpp"
#include "box/identity.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace boxgate::box {

/// The swaps that are just going on: files that have stepped aside so that another can take their name. Known to every
/// identity of the process, so that one does not take for left behind by a crash what another is at work with. Belongs
/// to the control thread.
class swaps {
public:
    using place = std::pair<std::string, std::string>;  ///< a folder and a folded name
    struct state {
        api::item old;
        std::string source_id;
        std::optional<api::item> placed;  ///< the new file, once it has the name
    };

    /// The root folder has the same id for every user, and is another.
    static place place_of(const identity& who, const std::string& folder_id, std::string_view name);

    /// Null: nothing is being replaced there.
    const state* at(const place& where) const;
    /// The swap for which a file has stepped aside.
    const state* of_file(const std::string& id) const;

    /// Whether a swap was given up whose file may wait aside in the folder (a place without a name).
    bool is_unsettled(const place& folder) const { return unsettled_.contains(folder); }
    void set_unsettled(const place& folder, bool is);

private:
    friend class swap;
    std::map<place, state> running_;
    std::set<place> unsettled_;
};

/// Until the new file is in place look-ups and listings show the old one under its name, then the new one, and never
/// the name that the old one has meanwhile. Ends with its life.
class swap {
public:
    swap(std::shared_ptr<swaps> in, swaps::place where, api::item old, std::string source_id);
    swap(const swap&) = delete;
    swap& operator=(const swap&) = delete;
    ~swap();
    /// The new file has the name: the file as it is now.
    void placed(api::item now);

private:
    std::shared_ptr<swaps> in_;
    swaps::place place_;
};

}  // namespace boxgate::box
