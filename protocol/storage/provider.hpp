#pragma once

#include "protocol/storage/call_context.hpp"
#include "protocol/storage/filesystem.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace boxgate::storage {

/// Which tree a login sees. The protocols carry it from the account to the provider and never look inside.
struct mount {
    mount(std::string identity_name, std::string root_spec, bool create_missing_root, bool refuses_case_clash)
        : identity(std::move(identity_name)),
          root(std::move(root_spec)),
          create_root(create_missing_root),
          refuse_case_clash(refuses_case_clash) {}

    std::string identity;    ///< names credentials and a Box user
    std::string root;        ///< a path from Box's root ("/", "/a/b"), or "id:123"
    bool create_root;        ///< make a missing root instead of refusing
    bool refuse_case_clash;  ///< storing `A.txt` beside `a.txt`: true refuses, false writes to the existing one
};

/// Opens the tree of an account. One per worker.
class provider {
public:
    virtual ~provider() = default;

    /// errc::not_found, with a text for the client's log, if the root does not exist; errc::denied if Box refuses the
    /// credentials or the user (the detail is for the operator's log); unavailable or timeout if Box cannot be reached.
    virtual boost::asio::awaitable<result<std::unique_ptr<filesystem>>> open(mount what, call_context context) = 0;
};

}  // namespace boxgate::storage
