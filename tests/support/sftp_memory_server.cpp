// SSH and SFTP on the memory filesystem, for real clients: prints "port N", then obeys lines on standard input and
// answers each with one line on standard output. Ends at the end of its input.
//
//   sftp_memory_server FOLDER [threads] [word...]
//
// Words: discard (what is written is not kept), ignore-times, compatible (algorithms), and NAME=NUMBER for the
// session's limits: login, idle, transfer (timeouts in ms), rekey (bytes). ban=NUMBER guards against guessing, from
// this machine too.
//
// FOLDER holds the host keys (made if missing) and `authorized_keys`. Logins: "demo" with the password "secret word"
// and any of the keys; "both", who needs the two; "slow", whose password takes half a second; "reader" without the
// right to write; "nobox" whose storage refuses to open; "paced", who sends and fetches 4 MB/s.
#include "conf/runtime/heap.hpp"
#include "protocol/ssh/acceptor_context.hpp"
#include "protocol/storage/observed_filesystem.hpp"
#include "tests/support/memory_filesystem.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <openssl/evp.h>

#include <csignal>
#include <fstream>
#include <future>
#include <iostream>
#include <set>
#include <sstream>
#include <thread>

namespace asio = boost::asio;
using namespace boxgate;
using asio::ip::tcp;

namespace {

std::string decode(const std::string& base64) {
    std::string blob(base64.size() / 4 * 3, '\0');
    const auto n =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(blob.data()),
                        reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
    const auto padding = base64.ends_with("==") ? 2 : base64.ends_with('=') ? 1 : 0;
    blob.resize(n < padding ? 0 : static_cast<std::size_t>(n - padding));
    return blob;
}

class open_door final : public auth::authenticator {
public:
    explicit open_door(const std::filesystem::path& keys) {
        using storage::access;
        add("demo", "demo", access::all);
        add("slow", "demo", access::all);
        add("both", "demo", access::all, true);
        add("reader", "demo", access::list | access::download);
        add("nobox", "unknown", access::all);
        const auto paced = add("paced", "demo", access::all);
        paced->upload_pace = std::make_shared<runtime::pace>(paced_rate);
        paced->download_pace = std::make_shared<runtime::pace>(paced_rate);
        std::ifstream file(keys);
        for (std::string line; std::getline(file, line);) {
            std::istringstream words(line);
            std::string type, base64;
            if (words >> type >> base64) blobs_.insert(decode(base64));
        }
    }

    asio::awaitable<std::shared_ptr<const auth::account>> verify_password(std::string login,
                                                                          conf::secret password) override {
        auto found = co_await verify_password_after_key(std::move(login), std::move(password));
        if (found && found->needs_key_and_password) co_return nullptr;
        co_return found;
    }

    asio::awaitable<std::shared_ptr<const auth::account>> verify_password_after_key(std::string login,
                                                                                    conf::secret password) override {
        if (login == "slow") {
            asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(500));
            co_await pause.async_wait(asio::use_awaitable);
        }
        const auto found = accounts_.find(login);
        if (found == accounts_.end() || password.reveal() != "secret word") co_return nullptr;
        co_return found->second;
    }

    std::shared_ptr<const auth::account> find_public_key(const std::string& login, const std::string& blob) override {
        const auto found = accounts_.find(login);
        return found != accounts_.end() && blobs_.contains(blob) ? found->second : nullptr;
    }

private:
    static constexpr std::uint64_t paced_rate = 4'000'000;

    std::shared_ptr<auth::account> add(const std::string& login, const std::string& identity, storage::access granted,
                                       bool both = false) {
        storage::mount tree(identity, "/", false, true);
        auto made = std::make_shared<auth::account>(login, std::move(tree), granted);
        made->needs_key_and_password = both;
        accounts_[login] = made;
        return made;
    }

    std::map<std::string, std::shared_ptr<const auth::account>> accounts_;
    std::set<std::string> blobs_;
};

struct worker {
    explicit worker(const std::string& name, const ssh::services& with, const ssh::host_keys& keys)
        : guard(context.get_executor()), sessions(with, keys, name) {}

    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard;
    ssh::acceptor_context sessions;
    std::thread thread;
};

// The number behind "name=" among the words; nothing if it is not there.
std::optional<std::uint64_t> number_of(const std::set<std::string>& words, const std::string& name) {
    const auto found = words.lower_bound(name + "=");
    if (found == words.end() || !found->starts_with(name + "=")) return std::nullopt;
    return std::strtoull(found->c_str() + name.size() + 1, nullptr, 10);
}

ssh::session_options options_of(const std::set<std::string>& words) {
    using std::chrono::milliseconds;
    ssh::session_options options;
    options.ignore_times = words.contains("ignore-times");
    options.old_clients = words.contains("compatible");
    if (const auto n = number_of(words, "login")) options.login_timeout = milliseconds(*n);
    if (const auto n = number_of(words, "idle")) options.idle_timeout = milliseconds(*n);
    if (const auto n = number_of(words, "transfer")) options.transfer_timeout = milliseconds(*n);
    if (const auto n = number_of(words, "rekey")) options.rekey_bytes = *n;
    return options;
}

conf::login_guard_settings guard_of(const std::set<std::string>& words) {
    conf::login_guard_settings guard;
    if (const auto n = number_of(words, "ban")) {
        guard.ban_after = static_cast<unsigned>(*n);
        guard.never_ban.clear();
    }
    return guard;
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, std::vector<std::unique_ptr<worker>>& workers) {
    for (std::size_t next = 0;; next = (next + 1) % workers.size()) {
        auto& to = *workers[next];
        auto socket = co_await acceptor.async_accept(to.context, asio::use_awaitable);
        auto shared = std::make_shared<tcp::socket>(std::move(socket));
        asio::post(to.context, [&to, shared] { to.sessions.start(std::move(*shared)); });
    }
}

// Runs `what` on the worker's thread and waits for it.
template <class F>
auto on(worker& where, F what) {
    return asio::post(where.context, asio::use_future(std::move(what))).get();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    std::signal(SIGPIPE, SIG_IGN);
    runtime::return_large_buffers();
    const std::filesystem::path folder = argv[1];
    const std::set<std::string> words(argv + 2, argv + argc);
    std::size_t threads = 1;
    if (argc > 2) threads = std::max<std::size_t>(1, std::strtoul(argv[2], nullptr, 10));

    const auto mode =
        words.contains("discard") ? testing::memory_tree::mode::discard : testing::memory_tree::mode::keep;
    const auto tree = std::make_shared<testing::memory_tree>(mode);
    const auto blocks = storage::block_pool::create(64 * 1024 * 1024);
    auto memory = std::make_unique<testing::memory_provider>(blocks);
    memory->add("demo", tree);
    open_door door(folder / "authorized_keys");
    const runtime::log log(runtime::log_format::human, runtime::log_level::debug);
    storage::observed_provider provider(std::move(memory), log, runtime::telemetry::none());
    const auto keys = ssh::host_keys::load({folder / "host_keys" / ""});
    auth::login_guard guard(guard_of(words));
    const auto slots = std::make_shared<auth::login_slots>(1000);
    const ssh::services with(door, guard, *slots, provider, blocks, log, options_of(words));

    std::vector<std::unique_ptr<worker>> workers;
    for (std::size_t i = 0; i < threads; ++i) {
        workers.push_back(std::make_unique<worker>("w" + std::to_string(i), with, keys));
    }
    asio::io_context front;
    tcp::acceptor acceptor(front, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
    asio::co_spawn(front, accept(acceptor, workers), asio::detached);
    for (auto& each : workers) each->thread = std::thread([&context = each->context] { context.run(); });
    std::thread front_thread([&front] { front.run(); });
    std::cout << "port " << acceptor.local_endpoint().port() << std::endl;
    for (const auto& each : keys.fingerprints()) std::cerr << each.type << " " << each.sha256 << "\n";

    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream input(line);
        std::string command, path;
        input >> command;
        std::getline(input >> std::ws, path);
        if (command == "stats") {
            std::size_t sessions = 0, handles = 0;
            for (auto& each : workers) {
                sessions += each->sessions.sessions();
                handles += on(*each, [&each] { return each->sessions.open_handles(); });
            }
            std::cout << "sessions " << sessions << " handles " << handles << " blocks " << blocks->blocks_in_use()
                      << " sinks " << tree->open_sinks << " sources " << tree->open_sources << " trees "
                      << tree->open_filesystems << std::endl;
        } else if (command == "make") {  // size path
            std::istringstream args(path);
            std::uint64_t size = 0;
            std::string name;
            args >> size >> name;
            tree->add_file(name, size);
            std::cout << "ok" << std::endl;
        } else if (command == "sha1") {
            std::cout << (tree->exists(path) ? tree->find(path).sha1 : "none") << std::endl;
        } else if (command == "versions") {
            std::cout << (tree->exists(path) ? tree->versions(path) : 0) << std::endl;
        } else if (command == "hold") {
            tree->faults.hold(path == "writes" ? testing::verb::write : testing::verb::commit);
            std::cout << "ok" << std::endl;
        } else if (command == "held") {
            std::cout << tree->faults.held(testing::verb::commit) << std::endl;
        } else if (command == "release") {
            tree->faults.release(testing::verb::commit);
            tree->faults.release(testing::verb::write);
            std::cout << "ok" << std::endl;
        } else if (command == "drain") {
            for (auto& each : workers) {
                on(*each, [&each] {
                    each->sessions.stop(true);
                    return 0;
                });
            }
            std::cout << "ok" << std::endl;
        } else {
            std::cout << "unknown command" << std::endl;
        }
    }

    front.stop();
    front_thread.join();
    for (auto& each : workers) {
        on(*each, [&each] {
            each->sessions.stop(false);
            return 0;
        });
        each->guard.reset();
        each->context.stop();
        each->thread.join();
    }
    return 0;
}
