#pragma once

#include <libssh/libssh.h>
#include <libssh/server.h>

#include <memory>

// Owners for what libssh hands out as bare pointers. Each frees by libssh's own function.

namespace boxgate::ssh {

namespace detail {

struct free_session {
    void operator()(ssh_session_struct* what) const { ssh_free(what); }
};
struct free_event {
    void operator()(ssh_event_struct* what) const { ssh_event_free(what); }
};
struct free_message {
    void operator()(ssh_message_struct* what) const { ssh_message_free(what); }
};
struct free_key {
    void operator()(ssh_key_struct* what) const { ssh_key_free(what); }
};
struct free_bind {
    void operator()(ssh_bind_struct* what) const { ssh_bind_free(what); }
};
struct free_text {
    void operator()(char* what) const { ssh_string_free_char(what); }
};

}  // namespace detail

using session_handle = std::unique_ptr<ssh_session_struct, detail::free_session>;
using event_handle = std::unique_ptr<ssh_event_struct, detail::free_event>;
using message_handle = std::unique_ptr<ssh_message_struct, detail::free_message>;
using key_handle = std::unique_ptr<ssh_key_struct, detail::free_key>;
using bind_handle = std::unique_ptr<ssh_bind_struct, detail::free_bind>;
using text_handle = std::unique_ptr<char, detail::free_text>;

}  // namespace boxgate::ssh
