#include "box/trusted_hosts.hpp"

namespace boxgate::box {

namespace {

bool is_box(const http::origin& where) {
    return where.tls && where.port == "443" && where.host.ends_with(".box.com");
}

}  // namespace

trusted_hosts::trusted_hosts(const options& settings)
    : api_(http::origin::of(settings.api_url)), upload_(http::origin::of(settings.upload_url)) {}

bool trusted_hosts::may_see_token(std::string_view url) const {
    const auto where = http::origin::of(url);
    if (!where) return false;
    return where == api_ || where == upload_ || (api_ && is_box(*api_) && is_box(*where));
}

bool trusted_hosts::may_be_fetched(std::string_view url) const {
    const auto where = http::origin::of(url);
    return where && (where->tls || (api_ && !api_->tls));
}

}  // namespace boxgate::box
