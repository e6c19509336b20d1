// The admin port: what tests ask of the simulator that Box would not answer. The routes are listed in README.md.
#include "tests/simulator/exchange.hpp"
#include "tests/simulator/simulator.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

namespace box_simulator {

namespace json = boost::json;

namespace {

json::value body_of(http_body& body) {
    const auto content = body.read_all(64 * 1024 * 1024);
    if (content.empty()) return json::object();
    return json::parse(content);
}

}  // namespace

std::string simulator::user_id(const json::object& from) const {
    const auto name = text(from, "user");
    for (const auto& user : enterprise_.users) {
        if (user.id == name || user.login == name) return user.id;
    }
    throw box_error(400, "bad_request", "no user " + name);
}

json::object simulator::state() const {
    return {{"upload_sessions", uploads_.open()},
            {"temporary_files", tree_.temporaries()},
            {"faults_taken", faults_.taken()},
            {"tokens_issued", tokens_.issued()}};
}

http_response simulator::administer(const http_request& request, http_body& body) {
    try {
        const auto call = request.method + " " + request.path;
        if (call == "GET /counts") return json_answer(200, journal_.counts());
        if (call == "GET /journal") {
            const auto since = request.query.find("since");
            return json_answer(200, journal_.since(since == request.query.end() ? 0 : std::stoull(since->second)));
        }
        if (call == "GET /state") return json_answer(200, state());
        if (call == "GET /settings") return json_answer(200, settings());
        if (call == "GET /tree") {
            const auto who = request.query.find("user");
            json::array list;
            for (const auto& [path, one] :
                 tree_.all(user_id({{"user", who == request.query.end() ? "" : who->second}}))) {
                json::object row{{"path", path}, {"type", one.type}, {"id", one.id}};
                if (one.type == "file") {
                    row["size"] = one.current().size;
                    row["sha1"] = one.current().sha1;
                    row["versions"] = one.versions.size();
                }
                list.push_back(std::move(row));
            }
            return json_answer(200, list);
        }
        const auto content = body_of(body);
        if (call == "POST /journal/reset") {
            journal_.reset();
        } else if (call == "POST /faults") {
            if (const auto* list = content.if_array()) {
                for (const auto& one : *list) faults_.add(fault::from_json(one.as_object()));
            } else {
                faults_.add(fault::from_json(content.as_object()));
            }
        } else if (call == "DELETE /faults") {
            const auto of = request.query.find("user");
            if (of == request.query.end()) {
                faults_.clear();
            } else {
                faults_.clear_of(user_id({{"user", of->second}}));
            }
        } else if (call == "POST /tokens/expire") {
            tokens_.expire_all();
        } else if (call == "POST /upload_sessions/expire") {
            uploads_.expire_all();
        } else if (call == "POST /settings") {
            change_settings(content.as_object());
        } else if (call == "POST /seed") {
            for (const auto& one : content.as_array()) {
                const auto& row = one.as_object();
                const auto* file = row.if_contains("content");
                tree_.seed(user_id(row), text(row, "path"),
                           file ? std::optional(std::string(file->as_string())) : std::nullopt);
            }
        } else if (call == "POST /follow_files") {
            tree_.follow_files();
        } else if (call == "POST /web_links") {
            tree_.seed_web_link(user_id(content.as_object()), text(content.as_object(), "folder_id"),
                                text(content.as_object(), "name"));
        } else if (call == "POST /locks") {
            tree_.lock(text(content.as_object(), "id"), text(content.as_object(), "by"));
        } else if (call == "POST /permissions") {
            std::set<std::string> denied;
            for (const auto& one : content.at("denied").as_array()) denied.insert(std::string(one.as_string()));
            tree_.deny(text(content.as_object(), "id"), std::move(denied));
        } else if (call == "POST /space") {
            enterprise_.find_user(user_id(content.as_object()))->space_amount =
                content.at("amount").to_number<std::int64_t>();
        } else {
            return json_answer(404, json::object{{"message", "no such route: " + call}});
        }
        return json_answer(200, json::object{{"done", true}});
    } catch (const broken_connection&) {
        throw;
    } catch (const std::exception& error) {
        return json_answer(400, json::object{{"message", error.what()}});
    }
}

}  // namespace box_simulator
