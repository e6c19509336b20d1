#pragma once

#include "protocol/storage/block.hpp"
#include "protocol/storage/filesystem.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace boxgate::testing {

/// Something that implements the storage port, with an empty account in it, and a look behind it. One per test case.
class fixture {
public:
    virtual ~fixture() = default;

    /// The executor of every session opened here.
    virtual boost::asio::io_context& context() = 0;
    virtual const std::shared_ptr<storage::block_pool>& blocks() = 0;

    /// Another session of the same account.
    virtual std::unique_ptr<storage::filesystem> open(bool refuse_case_clash) = 0;

    /// The bytes that the backend itself holds under an exact path; nullopt if there is no such file.
    virtual std::optional<std::string> stored(std::string_view path) = 0;

    /// Puts `count` files, "file 0000.txt" and so on, behind the port's back into a folder made for them.
    virtual void seed_files(std::string_view directory, std::size_t count) = 0;

    /// The backend refuses the next request that would store a file, for good.
    virtual void refuse_next_store() = 0;

    /// What the backend and this process still keep for files that were never committed, in words; empty: nothing.
    virtual std::string leftovers() = 0;

    /// The smallest size that is stored in another way than small files, where the implementation has such a way.
    virtual std::optional<std::size_t> large() const = 0;
};

/// Linked in: memory_fixture.cpp or box_fixture.cpp.
std::unique_ptr<fixture> make_fixture();

}  // namespace boxgate::testing
