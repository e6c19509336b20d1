// The API's folders: items, listings.
#include "tests/simulator/exchange.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace box_simulator {

namespace json = boost::json;

namespace {

std::size_t number(const http_request& request, const char* name, std::size_t otherwise) {
    const auto at = request.query.find(name);
    if (at == request.query.end()) return otherwise;
    if (at->second.empty() || at->second.find_first_not_of("0123456789") != std::string::npos ||
        at->second.size() > 9) {
        throw box_error(400, "bad_request", std::string("Invalid value for ") + name);
    }
    return std::stoul(at->second);
}

}  // namespace

http_response api::folders(exchange& with) {
    const auto& method = with.request.method;
    const auto& parts = with.parts;
    if (parts.size() == 1 && method == "POST") {
        const auto& body = with.json();
        const auto made = tree_.create_folder(with.user, parent_of(body).value_or(""), text(body, "name"));
        return json_answer(201, tree_.to_json(made, with.fields()));
    }
    if (parts.size() == 2 && method == "GET") {
        return show(with, tree_.get(with.user, "folder", parts[1]));
    }
    if (parts.size() == 2 && method == "PUT") {
        const auto& body = with.json();
        const auto name = body.contains("name") ? std::optional(text(body, "name")) : std::nullopt;
        return change_folder(with.user, parts[1],
                             [this, user = with.user, id = parts[1], name, parent = parent_of(body),
                              match = with.if_match(), fields = with.fields()] {
                                 return json_answer(
                                     200, tree_.to_json(tree_.update(user, "folder", id, name, parent, match), fields));
                             });
    }
    if (parts.size() == 2 && method == "DELETE") {
        const auto at = with.request.query.find("recursive");
        const bool recursive = at != with.request.query.end() && at->second == "true";
        return change_folder(with.user, parts[1],
                             [this, user = with.user, id = parts[1], recursive, match = with.if_match()] {
                                 tree_.remove(user, "folder", id, recursive, match);
                                 http_response answer;
                                 answer.status = 204;
                                 return answer;
                             });
    }
    if (parts.size() == 3 && parts[2] == "items" && method == "GET") return list(with, parts[1]);
    throw box_error(405, "method_not_allowed", "Method Not Allowed");
}

// While Box is at work on a folder, nothing in it can be moved, copied or deleted.
http_response api::change_folder(const std::string& user, const std::string& id,
                                 std::function<http_response()> change) {
    if (folder_changes.change_ms == 0) return change();
    const auto blocked = std::make_shared<tree::work_in_progress>(tree_, user, id);
    auto answer = folder_changes.run([blocked, change = std::move(change)] {
        blocked->end();
        return change();
    });
    if (answer) return std::move(*answer);
    throw box_error(503, "unavailable", "The operation takes longer; it goes on");
}

http_response api::list(exchange& with, const std::string& folder_id) {
    const auto& query = with.request.query;
    const auto limit = std::clamp<std::size_t>(number(with.request, "limit", 100), 1, 1000);
    const auto all = tree_.children(with.user, folder_id);
    const auto marked = query.find("usemarker");
    const bool by_marker = marked != query.end() && marked->second == "true";

    std::size_t begin = number(with.request, "offset", 0);
    if (by_marker) {
        // The marker names the last item that was sent, so that it stays good while the folder changes.
        begin = 0;
        const auto at = query.find("marker");
        if (at != query.end() && !at->second.empty()) {
            const auto last = from_base64(at->second);
            if (!last) throw box_error(400, "bad_request", "Invalid marker");
            const auto key = [](const item& one) {
                return std::string(one.type == "folder" ? "0" : one.type == "file" ? "1" : "2") + folded(one.name);
            };
            while (begin < all.size() && key(all[begin]) <= *last) ++begin;
        }
    }
    json::array entries;
    auto end = begin;
    for (; end < all.size() && end - begin < limit; ++end) entries.push_back(tree_.to_json(all[end], with.fields()));
    if (!by_marker) {
        return json_answer(200,
                           json::object{{"total_count", all.size()},
                                        {"entries", entries},
                                        {"offset", begin},
                                        {"limit", limit},
                                        {"order", json::array{json::object{{"by", "type"}, {"direction", "ASC"}},
                                                              json::object{{"by", "name"}, {"direction", "ASC"}}}}});
    }
    json::object page{{"entries", entries}, {"limit", limit}};
    if (end < all.size()) {
        const auto& last = all[end - 1];
        const auto key = std::string(last.type == "folder" ? "0" : last.type == "file" ? "1" : "2") + folded(last.name);
        page["next_marker"] = to_base64(key);
    } else {
        page["next_marker"] = nullptr;
    }
    return json_answer(200, page);
}

}  // namespace box_simulator
