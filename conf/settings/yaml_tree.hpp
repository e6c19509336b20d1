#pragma once

#include "conf/settings/fault.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace boxgate::conf {

struct yaml_node;
using yaml_node_ptr = std::shared_ptr<const yaml_node>;

/// One `key: value` of a map, in the order of the file.
struct yaml_entry {
    std::string key;
    text_position at;  ///< of the key
    yaml_node_ptr value;
};

/// A YAML value that knows where it stands. Aliases are resolved: the same node then hangs at several places.
struct yaml_node {
    enum class kind { null, scalar, list, map };

    kind what = kind::null;
    text_position at;
    bool plain = false;               ///< a scalar without quotes that is no block either
    std::string text;                 ///< of a scalar
    std::vector<yaml_node_ptr> list;  ///< of a list
    std::vector<yaml_entry> map;      ///< of a map; the keys differ
    std::size_t weight = 1;           ///< nodes in here, those behind aliases counted each time
};

/// What keeps hostile files small.
inline constexpr int max_yaml_depth = 32;
inline constexpr std::size_t max_yaml_weight = 500'000;

/// Reads one YAML document. Reports into `faults`, under the name `file`: malformed YAML, duplicate keys, `<<`, keys
/// that are not plain text, unknown tags, a second document, bytes that are not UTF-8 text, and what goes beyond the
/// limits above. Null if there is nothing that can be worked with; after duplicate keys and `<<` the tree goes on
/// without them. An empty document is a null node.
yaml_node_ptr read_yaml(std::string_view text, const std::string& file, std::vector<fault>& faults);

}  // namespace boxgate::conf
