#include "tests/simulator/api.hpp"

#include "tests/simulator/exchange.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fstream>
#include <thread>

namespace box_simulator {

namespace json = boost::json;

namespace {

std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> parts;
    for (std::size_t begin = 1; begin < path.size();) {
        const auto end = std::min(path.find('/', begin), path.size());
        parts.push_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::string without_prefix(const std::string& path) {
    for (const char* prefix : {"/api/2.0", "/2.0"}) {
        if (path.starts_with(prefix)) return path.substr(std::string_view(prefix).size());
    }
    return path;
}

bool looks_like_id(const std::string& part) {
    return !part.empty() && part.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::int64_t microseconds() {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

http_response error_answer(const box_error& error) {
    http_response answer;
    answer.status = error.status;
    answer.headers.emplace_back("box-request-id", random_hex(20));
    for (const auto& header : error.headers) answer.headers.push_back(header);
    if (error.empty_body) return answer;
    json::object body{{"type", "error"},          {"status", error.status},
                      {"code", error.code},       {"help_url", "http://developers.box.com/docs/#errors"},
                      {"message", error.message}, {"request_id", random_hex(16)}};
    if (error.conflict) {
        const json::value conflict =
            error.conflict_as_list ? json::value(json::array{*error.conflict}) : json::value(*error.conflict);
        body["context_info"] = json::object{{"conflicts", conflict}};
    }
    answer.headers.emplace_back("Content-Type", "application/json");
    answer.body = json::serialize(body);
    return answer;
}

}  // namespace

std::string endpoint_label(const std::string& method, const std::string& path) {
    if (path.starts_with("/d/1/")) return method + " /download";
    std::string label;
    for (const auto& part : split(without_prefix(path))) label += "/" + (looks_like_id(part) ? "{id}" : part);
    return method + " " + label;
}

http_response json_answer(int status, const json::value& content) {
    http_response answer;
    answer.status = status;
    answer.headers.emplace_back("Content-Type", "application/json");
    answer.headers.emplace_back("box-request-id", random_hex(20));
    answer.body = json::serialize(content);
    return answer;
}

std::string text(const json::object& from, const char* name) {
    const auto* field = from.if_contains(name);
    return field && field->is_string() ? std::string(field->as_string()) : std::string();
}

std::optional<std::string> parent_of(const json::object& from) {
    const auto* parent = from.if_contains("parent");
    if (!parent || !parent->is_object()) return std::nullopt;
    return text(parent->as_object(), "id");
}

const json::object& api::exchange::json() {
    if (!json_) {
        const auto content = body.read_all(4 * 1024 * 1024);
        request_bytes += content.size();
        boost::system::error_code error;
        json_ = json::parse(content, error);
        if (error || !json_->is_object()) throw box_error(400, "bad_request", "The request body is not a JSON object");
    }
    return json_->as_object();
}

std::set<std::string> api::exchange::fields() const {
    std::set<std::string> names;
    const auto at = request.query.find("fields");
    if (at == request.query.end()) return names;
    for (std::size_t begin = 0; begin < at->second.size();) {
        const auto end = std::min(at->second.find(',', begin), at->second.size());
        names.insert(at->second.substr(begin, end - begin));
        begin = end + 1;
    }
    return names;
}

std::size_t api::exchange::read(char* into, std::size_t n) {
    const auto got = body.read(into, speed_.piece(n));
    speed_.moved(got);
    request_bytes += got;
    if (broken && broken->cut_request_bytes && request_bytes >= *broken->cut_request_bytes) throw broken_connection();
    return got;
}

std::string api::exchange::arrived(const char* bytes, std::size_t n, std::uint64_t before) const {
    std::string content(bytes, n);
    if (broken && broken->damage_request && before == 0 && n > 0) content[0] = static_cast<char>(content[0] ^ 1);
    return content;
}

std::string api::exchange::receive(const std::filesystem::path& file, std::uint64_t limit, std::uint64_t& size) {
    std::ofstream out(file, std::ios::binary);
    sha1_stream hash;
    std::vector<char> buffer(256 * 1024);
    size = 0;
    while (const auto n = read(buffer.data(), buffer.size())) {
        const auto content = arrived(buffer.data(), n, size);
        size += n;
        if (size > limit) throw box_error(413, "request_entity_too_large", "The request is too large");
        hash.update(content.data(), n);
        out.write(content.data(), static_cast<std::streamsize>(n));
    }
    return hash.finish();
}

api::api(enterprise& of, tree& items, upload_sessions& uploads, token_store& tokens, event_streams& streams,
         journal& requests, faults& waiting)
    : enterprise_(of),
      tree_(items),
      uploads_(uploads),
      tokens_(tokens),
      events_(streams),
      journal_(requests),
      faults_(waiting) {}

http_response api::handle(const http_request& request, http_body& body) {
    journal_entry entry;
    entry.begin_us = microseconds();
    entry.endpoint = endpoint_label(request.method, request.path);
    entry.path = request.target;
    entry.connection = request.connection;
    entry.through_proxy = request.through_proxy;
    entry.as_user = !request.header("as-user").empty();
    entry.notifications = request.header("box-notifications");
    entry.if_match = request.header("if-match");
    exchange with(request, body, upload_bytes_per_second);
    const auto note = [&](const http_response& answer) {
        entry.user = with.user;
        entry.status = answer.status;
        entry.request_bytes = with.request_bytes;
        for (const auto& [name, value] : answer.headers) {
            if (name == "Retry-After") entry.retry_after = value;
        }
    };
    const auto finish = [&](std::uint64_t sent) {
        entry.response_bytes = sent;
        entry.end_us = microseconds();
        journal_.add(entry);
    };
    http_response answer;
    try {
        if (latency_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(latency_ms));
        const bool data_host = request.path.starts_with("/d/1/") || request.path == "/subscribe";
        entry.token_at_data_host = data_host && !request.header("authorization").empty();
        try {
            if (!data_host && !request.path.starts_with("/oauth2/")) authenticate(with);
            const bool link = request.path.starts_with("/d/1/");
            with.broken = faults_.take(entry.endpoint, link ? downloader(request.path) : with.user);
            if (with.broken) faults_.wait(*with.broken);
            if (!with.user.empty()) count(with);
            if (with.broken && !with.broken->after && (with.broken->status != 0 || with.broken->reset)) {
                if (with.broken->reset) throw broken_connection();
            } else {
                answer = route(with);
            }
        } catch (const box_error& error) {
            answer = error_answer(error);
        }
        if (with.broken) {
            const auto& wrong = *with.broken;
            const bool unread = wrong.reset || wrong.status != 0 || wrong.cut_after_bytes;
            if (unread && !with.made_session.empty()) uploads_.nobody_knows(with.made_session);
            if (wrong.reset) throw broken_connection();
            if (wrong.status != 0) {
                answer = http_response();
                answer.status = wrong.status;
                for (const auto& header : wrong.headers) answer.headers.push_back(header);
                answer.body = wrong.body;
            }
            answer.cut_after = wrong.cut_after_bytes;
            answer.damage = wrong.damage;
        }
    } catch (const broken_connection&) {
        http_response none;
        none.status = 0;
        note(none);
        finish(0);
        throw;
    }
    note(answer);
    if (recorder_) recorder_->add(request, with.recorded_body(), answer, !with.broken || with.broken->status == 0);
    if (answer.content) {
        // Journalled when the content is through, which is when its transfer ends: long after this call.
        answer.sent = [this, entry](std::uint64_t sent) mutable {
            entry.response_bytes = sent;
            entry.end_us = microseconds();
            journal_.add(entry);
        };
    } else {
        finish(answer.body.size());
    }
    return answer;
}

void api::authenticate(exchange& with) {
    const auto unauthorised = [](const char* reason, const char* description) {
        box_error error(401, "unauthorized", "Unauthorized");
        error.empty_body = true;
        error.headers["WWW-Authenticate"] = std::string("Bearer realm=\"Service\", error=\"") + reason +
                                            "\", error_description=\"" + description + "\"";
        return error;
    };
    const auto header = with.request.header("authorization");
    if (!header.starts_with("Bearer ")) throw unauthorised("invalid_request", "The access token is missing.");
    const auto holder = tokens_.find(header.substr(7), now());
    if (!holder) throw unauthorised("invalid_token", "The access token provided is invalid.");
    with.user = with.caller = holder->user_id;
    const auto acting = with.request.header("as-user");
    if (acting.empty()) return;
    const auto* target = enterprise_.find_user(acting);
    if (!target || target->service_account) {
        if (acting == holder->user_id) throw box_error(403, "forbidden", "The as-user header names the caller");
        throw box_error(404, "not_found", "On-Behalf-Of User not found");
    }
    if (!holder->of->as_user) {
        box_error error(403, "insufficient_scope", "");
        error.empty_body = true;
        error.headers["WWW-Authenticate"] =
            "Bearer realm=\"Service\", error=\"insufficient_scope\", error_description=\"The request requires higher "
            "privileges than provided by the access token.\"";
        throw error;
    }
    with.user = acting;
}

void api::count(const exchange& with) {
    const auto& method = with.request.method;
    const auto& path = with.request.path;
    const bool part = method == "PUT" && path.find("/upload_sessions/") != std::string::npos;
    const bool upload = method == "POST" && path.starts_with("/api/2.0") &&
                        (path.ends_with("/content") || path.ends_with("/upload_sessions"));
    const auto now = rate_limits::clock::now();
    auto wait = budgets.count(with.user, upload || (part && budgets.count_parts), now);
    if (!wait && budgets.count_caller && with.caller != with.user) wait = budgets.count(with.caller, upload, now);
    if (!wait) return;
    box_error error(429, "rate_limit_exceeded", "Request rate limit exceeded, please try again later");
    error.headers["Retry-After"] = std::to_string(*wait);
    throw error;
}

std::string api::host_for(const exchange& with, const char* box_name) const {
    // Clients that came for Box's own names get Box's own names back.
    const auto host = with.request.header("host");
    if (host.ends_with("box.com") || host.ends_with("boxcloud.com") || host.ends_with("box.net"))
        return std::string("https://") + box_name;
    return with.request.scheme_and_host;
}

http_response api::route(exchange& with) {
    tree_.catch_up();
    const auto& path = with.request.path;
    if (path.starts_with("/d/1/")) return content(with);
    if (path == "/subscribe") return subscribe(with);
    with.upload_host = path.starts_with("/api/2.0");
    with.parts = split(without_prefix(path));
    if (with.parts.empty()) throw box_error(404, "not_found", "Not Found");
    const auto& kind = with.parts.front();
    if (kind == "oauth2") return oauth(with);
    if (kind == "users") return users(with);
    if (kind == "folders") return folders(with);
    if (kind == "files") return files(with);
    if (kind == "events") return events(with);
    throw box_error(404, "not_found", "Not Found");
}

http_response api::oauth(exchange& with) {
    const auto form_text = with.body.read_all(64 * 1024);
    with.request_bytes += form_text.size();
    const auto form = parse_form(form_text);
    json::object fields;
    for (const auto& [name, value] : form) fields[name] = value;
    with.has_body(std::move(fields));
    http_response answer;
    if (with.parts.size() == 2 && with.parts[1] == "token" && with.request.method == "POST") {
        const auto granted = tokens_.grant(form, now());
        answer.status = granted.status;
        answer.body = granted.body;
        answer.headers.emplace_back("Content-Type", "application/json");
        return answer;
    }
    if (with.parts.size() == 2 && with.parts[1] == "revoke" && with.request.method == "POST") {
        const auto token = form.find("token");
        if (token != form.end()) tokens_.revoke(token->second);
        return answer;
    }
    throw box_error(404, "not_found", "Not Found");
}

http_response api::users(exchange& with) {
    const auto show = [&](const user& who) {
        return json::object{{"type", "user"},
                            {"id", who.id},
                            {"name", who.name},
                            {"login", who.login},
                            {"status", who.status},
                            // Box is known to write large numbers as floats.
                            {"space_amount", static_cast<double>(who.space_amount)},
                            {"space_used", tree_.used(who.id)},
                            {"max_upload_size", 53687091200}};
    };
    if (with.request.method != "GET") throw box_error(405, "method_not_allowed", "Method Not Allowed");
    if (with.parts.size() == 2) {
        const auto* who = enterprise_.find_user(with.parts[1] == "me" ? with.user : with.parts[1]);
        if (!who) throw box_error(404, "not_found", "Not Found");
        return json_answer(200, show(*who));
    }
    const auto at = with.request.query.find("filter_term");
    const auto term = at == with.request.query.end() ? std::string() : folded(at->second);
    json::array entries;
    for (const auto& who : enterprise_.users) {
        if (who.service_account) continue;
        if (folded(who.login).starts_with(term) || folded(who.name).starts_with(term)) entries.push_back(show(who));
    }
    const auto total = entries.size();
    return json_answer(200, json::object{{"total_count", total}, {"entries", entries}, {"limit", 100}, {"offset", 0}});
}

}  // namespace box_simulator
