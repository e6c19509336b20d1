#include "protocol/sftp/open_plan.hpp"

#include "protocol/sftp/messages.hpp"

namespace boxgate::sftp {

using storage::errc;
using storage::failure;

open_plan plan_open(std::uint32_t flags) {
    open_plan plan;
    const bool creates = (flags & open_flag::create) != 0;
    const bool truncates = (flags & open_flag::truncate) != 0;
    if (creates && (flags & open_flag::exclusive)) {
        plan.refused_if_present = failure(errc::exists, "the file exists");
        plan.mode = storage::write_mode::create;
    } else if ((flags & open_flag::append) && !truncates) {
        plan.refused_if_present = failure(errc::not_supported,
                                          "appending to a file is not supported: Box stores whole "
                                          "files; send the file from its start");
    } else if ((flags & open_flag::read) && !truncates) {
        plan.refused_if_present = failure(errc::not_supported,
                                          "changing parts of a file is not supported: Box stores "
                                          "whole files; send the file from its start");
    }
    if (!creates) plan.refused_if_absent = failure(errc::not_found, "no such file");
    plan.must_look = plan.refused_if_present || plan.refused_if_absent;
    return plan;
}

}  // namespace boxgate::sftp
