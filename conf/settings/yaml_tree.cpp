#include "conf/settings/yaml_tree.hpp"

#include "conf/settings/utf8_text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>
#include <unordered_map>

namespace boxgate::conf {

namespace {

text_position position_of(const YAML::Mark& mark) {
    return mark.is_null() ? text_position{} : text_position{mark.line + 1, mark.column + 1};
}

// Ends the reading where going on makes no sense.
struct give_up {
    text_position at;
    std::string text;
};

// Builds the tree from the parser's events: YAML::Node would have dropped duplicate keys and most positions.
class tree_builder final : public YAML::EventHandler {
public:
    tree_builder(const std::string& file, std::vector<fault>& faults) : file_(file), faults_(faults) {}

    yaml_node_ptr root() const { return root_; }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        finish(new_node(yaml_node::kind::null, mark), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) throw give_up{position_of(mark), "an alias inside the very value it stands for"};
        place(found->second, position_of(mark));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        check_tag(mark, tag);
        const auto node = new_node(yaml_node::kind::scalar, mark);
        node->plain = tag == "?";
        node->text = value;
        finish(node, anchor);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        check_tag(mark, tag);
        open(new_node(yaml_node::kind::list, mark), anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        check_tag(mark, tag);
        open(new_node(yaml_node::kind::map, mark), anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct level {
        std::shared_ptr<yaml_node> node;
        YAML::anchor_t anchor;
        bool has_key = false;  // a map that has read a key and waits for its value
        bool drop = false;     // and that value is not to be kept
        std::string key;
        text_position key_at;
        std::unordered_map<std::string, text_position> seen;
    };

    void report(text_position at, std::string text) { faults_.push_back({file_, at, std::move(text)}); }

    static std::shared_ptr<yaml_node> new_node(yaml_node::kind what, const YAML::Mark& mark) {
        auto node = std::make_shared<yaml_node>();
        node->what = what;
        node->at = position_of(mark);
        return node;
    }

    void check_tag(const YAML::Mark& mark, const std::string& tag) {
        if (tag.empty() || tag == "?" || tag == "!" || tag.starts_with("tag:yaml.org,2002:")) return;
        report(position_of(mark), "the tag " + tag + " is unknown; leave it out");
    }

    void open(std::shared_ptr<yaml_node> node, YAML::anchor_t anchor) {
        if (levels_.size() >= static_cast<std::size_t>(max_yaml_depth)) {
            throw give_up{node->at, "nested more than " + std::to_string(max_yaml_depth) + " levels deep"};
        }
        level opened;
        opened.node = std::move(node);
        opened.anchor = anchor;
        levels_.push_back(std::move(opened));
    }

    void close() {
        auto ended = std::move(levels_.back());
        levels_.pop_back();
        finish(std::move(ended.node), ended.anchor);
    }

    void finish(std::shared_ptr<yaml_node> node, YAML::anchor_t anchor) {
        // Registered only now, so that no value can contain itself.
        if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
        const auto at = node->at;
        place(std::move(node), at);
    }

    void place(yaml_node_ptr node, text_position at) {
        if (levels_.empty()) {
            root_ = std::move(node);
            return;
        }
        auto& into = levels_.back();
        into.node->weight += node->weight;
        if (into.node->weight > max_yaml_weight) {
            throw give_up{at, "more than " + std::to_string(max_yaml_weight) + " values, aliases counted each time"};
        }
        if (into.node->what == yaml_node::kind::list) {
            into.node->list.push_back(std::move(node));
        } else if (!into.has_key) {
            take_key(into, *node, at);
        } else {
            if (!into.drop) into.node->map.push_back({std::move(into.key), into.key_at, std::move(node)});
            into.has_key = into.drop = false;
        }
    }

    void take_key(level& into, const yaml_node& node, text_position at) {
        into.has_key = true;
        into.key = node.text;
        into.key_at = at;
        if (node.what != yaml_node::kind::scalar) {
            report(at, "a key must be a text");
            into.drop = true;
        } else if (node.plain && node.text == "<<") {
            report(at, "merging with << is not supported; an anchor and an alias for single values are");
            into.drop = true;
        } else if (const auto [first, is_new] = into.seen.try_emplace(node.text, at); !is_new) {
            report(at, "the key " + shown(node.text) + " was given already in line " +
                           std::to_string(first->second.line) + "; keep one of them");
            into.drop = true;
        }
    }

    const std::string& file_;
    std::vector<fault>& faults_;
    std::vector<level> levels_;
    std::map<YAML::anchor_t, yaml_node_ptr> anchors_;
    yaml_node_ptr root_;
};

}  // namespace

yaml_node_ptr read_yaml(std::string_view text, const std::string& file, std::vector<fault>& faults) {
    if (const auto flaw = find_flaw(text)) {
        faults.push_back({file, flaw->at, flaw->text});
        return nullptr;
    }
    tree_builder builder(file, faults);
    try {
        // yaml-cpp takes the end of the file for the end of a quote; an end of the document inside one is an error to
        // it.
        std::istringstream in{std::string(text) + "\n...\n"};
        YAML::Parser parser(in);
        if (!parser.HandleNextDocument(builder)) return std::make_shared<yaml_node>();
        tree_builder second(file, faults);
        if (parser.HandleNextDocument(second)) {
            const auto at = second.root() ? second.root()->at : text_position{};
            faults.push_back({file, at, "a second YAML document; one is allowed, so remove the line ---"});
        }
    } catch (const give_up& why) {
        faults.push_back({file, why.at, why.text});
        return nullptr;
    } catch (const YAML::Exception& error) {
        faults.push_back({file, position_of(error.mark), "malformed YAML: " + error.msg});
        return nullptr;
    }
    return builder.root();
}

}  // namespace boxgate::conf
