#include "protocol/ssh/channel.hpp"

#include "conf/runtime/deadline.hpp"
#include "protocol/sftp/status.hpp"
#include "protocol/storage/guarded_filesystem.hpp"

#include <algorithm>

namespace boxgate::ssh {

namespace asio = boost::asio;
using storage::errc;

namespace {

// As much lies in libssh's output buffer at the most, which grows to twice the next power of two and never shrinks.
constexpr std::size_t write_per_turn = 128 * 1024;
constexpr std::size_t drain_step = 32 * 1024;
// libssh takes data beyond the window it announced (1.28 MB at most) without a word; a client that sends more breaks
// the protocol, and would fill memory.
constexpr std::size_t max_buffered = 2 * 1024 * 1024;

}  // namespace

channel::channel(ssh_session session, ssh_channel raw, const asio::any_io_executor& executor, const services& with,
                 std::shared_ptr<const auth::account> who, storage::call_context context, std::function<void()> wake)
    : session_(session),
      raw_(raw),
      executor_(executor),
      with_(with),
      account_(std::move(who)),
      context_(std::move(context)),
      wake_(std::move(wake)),
      tasks_(executor, nullptr) {
    ssh_callbacks_init(&callbacks_);
    callbacks_.userdata = this;
    callbacks_.channel_data_function = on_data;
    callbacks_.channel_eof_function = on_eof;
    callbacks_.channel_close_function = on_close;
    ssh_set_channel_callbacks(raw_, &callbacks_);
}

channel::~channel() {
    if (opening_) opening_->wake = [] {};
    tasks_.cancel_all();
    server_.reset();
    // libssh 0.10 still calls the callbacks of a channel that was freed here but not yet closed by the client.
    ssh_remove_channel_callbacks(raw_, &callbacks_);
    ssh_channel_free(raw_);
}

int channel::on_data(ssh_session, ssh_channel, void* data, uint32_t length, int is_stderr, void* self) {
    if (is_stderr) return static_cast<int>(length);
    const auto taken = static_cast<channel*>(self)->take({static_cast<const std::byte*>(data), length});
    return static_cast<int>(taken);
}

void channel::on_eof(ssh_session, ssh_channel, void* self) {
    static_cast<channel*>(self)->remote_eof_ = true;
}

void channel::on_close(ssh_session, ssh_channel, void* self) {
    static_cast<channel*>(self)->remote_closed_ = true;
}

// `all` is everything libssh has buffered. What is not taken stays there and makes the window shrink, but libssh does
// not offer it again by itself: drain() fetches it.
std::size_t channel::take(std::span<const std::byte> all) {
    if (all.size() > max_buffered) {
        fault_ = "more data than the channel's window allows";
        return all.size();
    }
    // OpenSSH sends INIT before the subsystem has been granted.
    const bool in_turn = stage_ == stage::serving && !writing_ && undrained_ == 0 && drained_.empty();
    const auto taken = in_turn ? server_->feed(all) : 0;
    undrained_ = all.size() - taken;
    return taken;
}

bool channel::start_subsystem() {
    if (stage_ != stage::no_subsystem) return false;
    stage_ = stage::opening;
    opening_ = std::make_shared<opening>();
    opening_->wake = wake_;
    tasks_.spawn(open_tree(opening_, with_.provider, account_->mount, context_, with_.options.open_timeout));
    return true;
}

bool channel::explain(std::string text) {
    if (stage_ != stage::no_subsystem) return false;
    stage_ = stage::explaining;
    explanation_ = std::move(text);
    return true;
}

asio::awaitable<void> channel::open_tree(std::shared_ptr<opening> into, storage::provider& provider,
                                         storage::mount what, storage::call_context context,
                                         std::chrono::milliseconds patience) {
    try {
        auto tree = co_await runtime::within(patience, provider.open(std::move(what), std::move(context)));
        if (tree) {
            into->tree.emplace(std::move(*tree));
        } else {
            into->tree.emplace(storage::failure(errc::timeout, "Box did not answer in time; try again later"));
        }
    } catch (const std::exception&) {
        into->tree.emplace(storage::failure(errc::internal, "internal error"));
    }
    into->wake();
}

void channel::begin_serving() {
    auto tree = std::move(*opening_->tree);
    opening_.reset();
    if (tree.has_error()) {
        with_.log.warning("storage_refused", {{"session", context_.session},
                                              {"login", context_.login},
                                              {"error", to_string(tree.error().code)},
                                              {"reason", tree.error().detail},
                                              {"box_request_id", tree.error().box_request_id}});
        // A refused identity is the operator's affair; its details are in the log.
        if (tree.error().code == errc::denied) return fail("Box refuses this account; ask who runs this server");
        return fail(sftp::text_of(tree.error()));
    }
    auto guarded = std::make_unique<storage::guarded_filesystem>(std::move(*tree), account_->rules);
    sftp::options limits;
    limits.ignore_times = with_.options.ignore_times;
    limits.granted = account_->access;
    limits.upload_pace = account_->upload_pace;
    limits.download_pace = account_->download_pace;
    limits.owner = account_->login;
    std::replace(limits.owner.begin(), limits.owner.end(), ' ', '_');  // clients split the line at spaces
    server_ = std::make_unique<sftp::server>(executor_, std::move(guarded), with_.blocks, std::move(limits), context_,
                                             with_.log, wake_);
    stage_ = stage::serving;
}

// Clients show what comes on the error stream before they tell that the connection is closed.
void channel::fail(const std::string& text) {
    const auto line = "boxgate: " + text + "\r\n";
    writing_ = true;
    ssh_channel_write_stderr(raw_, line.data(), static_cast<uint32_t>(line.size()));
    writing_ = false;
    finish(1);
}

void channel::finish(int exit_status) {
    if (stage_ == stage::closing) return;
    stage_ = stage::closing;
    server_.reset();
    ssh_channel_request_send_exit_status(raw_, exit_status);
    ssh_channel_send_eof(raw_);
    ssh_channel_close(raw_);
}

bool channel::pump() {
    if (remote_closed_ || !fault_.empty()) return false;
    if (stage_ == stage::explaining) fail(explanation_);
    if (stage_ == stage::opening && opening_->tree) begin_serving();
    if (stage_ == stage::serving) {
        drain();
        write();
        // Sending made room for replies, and so for requests.
        if (undrained_ > 0 || !drained_.empty()) drain();
        const bool all_taken = undrained_ == 0 && drained_.empty();
        if (remote_eof_ && all_taken) server_->end_of_input();
        if (server_->ended()) {
            if (server_->fault().empty()) {
                finish(0);
            } else {
                fail(server_->fault());
            }
        }
    } else if (remote_eof_ && stage_ == stage::no_subsystem) {
        finish(1);
    }
    return stage_ != stage::closing;
}

// Whenever anything is read libssh announces a whole new window, however much it still holds. So what it holds is
// taken out all at once, and not before the last lot has been served: that bounds both at one window.
void channel::drain() {
    for (;;) {
        if (!drained_.empty()) {
            drained_.consume(server_->feed(drained_.bytes()));
            if (!drained_.empty()) return;
        }
        if (undrained_ == 0) return;
        std::array<std::byte, drain_step> step;
        while (undrained_ > 0) {
            const auto wanted = static_cast<uint32_t>(std::min(undrained_, step.size()));
            const int n = ssh_channel_read_nonblocking(raw_, step.data(), wanted, 0);
            if (n <= 0) {
                undrained_ = 0;
                break;
            }
            undrained_ -= std::min(undrained_, static_cast<std::size_t>(n));
            drained_.append(std::span<const std::byte>(step).first(static_cast<std::size_t>(n)));
        }
        if (drained_.empty()) return;
    }
}

// libssh's own output buffer has no bound, so it is given more only when it is empty; and never more than the client's
// window, or it would process packets in the middle of the write.
void channel::write() {
    if (ssh_get_status(session_) & SSH_WRITE_PENDING) return;
    const auto out = server_->next_output();
    const auto n = std::min({out.size(), write_per_turn, std::size_t{ssh_channel_window_size(raw_)}});
    if (n == 0) return;
    writing_ = true;
    const int written = ssh_channel_write(raw_, out.data(), static_cast<uint32_t>(n));
    writing_ = false;
    if (written < 0) {
        fault_ = "the channel cannot be written to";
    } else {
        server_->sent(static_cast<std::size_t>(written));
        given_ += static_cast<std::uint64_t>(written);
    }
}

bool channel::busy() const {
    if (stage_ == stage::opening) return true;
    return stage_ == stage::serving && server_->busy();
}

bool channel::waits_for_storage() const {
    if (stage_ == stage::opening) return true;
    if (stage_ != stage::serving) return false;
    // WRITEs are answered at once. What is not taken of them waits for memory, the spool or Box.
    const bool held_up = undrained_ > 0 || !drained_.empty();
    return server_->requests_under_way() || (held_up && !has_output());
}

void channel::trim() {
    if (server_) server_->trim();
    if (drained_.empty()) drained_.release();
}

}  // namespace boxgate::ssh
