#include "protocol/ftp/handlers.hpp"

namespace boxgate::ftp {

// RFC 4217: a second AUTH starts over, and so would have to leave TLS first; it is refused like one that comes late.
handled do_auth(conversation& with, std::string argument) {
    argument = upper(std::move(argument));
    if (!with.with.tls) {
        co_await with.replies.send(reply(502, "TLS is not set up on this server"));
        co_return;
    }
    if (argument != "TLS" && argument != "TLS-C" && argument != "SSL" && argument != "TLS-P") {
        co_await with.replies.send(reply(504, "AUTH TLS only"));
        co_return;
    }
    if (with.control.is_tls()) {
        co_await with.replies.send(reply(503, "This connection uses TLS already"));
        co_return;
    }
    // RFC 4217 section 17: clients that said these never say PROT.
    const bool protects_data = argument == "SSL" || argument == "TLS-P";
    with.log_out();
    co_await with.replies.send(reply(234, "TLS it is"));
    // What came with AUTH in the clear could be an attacker's: it must not be taken for the client's own words.
    with.lines.discard();
    const bool secured = co_await with.start_tls();
    if (!secured) co_return;
    with.pbsz_given = false;
    with.protect_data = protects_data;
}

handled do_pbsz(conversation& with, std::string argument) {
    if (!with.control.is_tls()) {
        co_await with.replies.send(reply(503, "AUTH TLS first"));
        co_return;
    }
    if (argument.find_first_not_of("0123456789") != std::string::npos || argument.size() > 10) {
        co_await with.replies.send(reply(501, "PBSZ 0"));
        co_return;
    }
    with.pbsz_given = true;
    co_await with.replies.send(reply(200, "PBSZ=0"));
}

handled do_prot(conversation& with, std::string argument) {
    argument = upper(std::move(argument));
    if (!with.control.is_tls() || !with.pbsz_given) {
        co_await with.replies.send(reply(503, "AUTH TLS and PBSZ 0 first"));
        co_return;
    }
    if (argument == "P") {
        with.protect_data = true;
        co_await with.replies.send(reply(200, "Data connections use TLS"));
    } else if (argument == "S" || argument == "E") {
        co_await with.replies.send(reply(536, "TLS has PROT P and PROT C only"));
    } else if (argument != "C") {
        co_await with.replies.send(reply(504, "PROT P or PROT C"));
    } else if (with.with.options.tls == conf::tls_mode::required) {
        co_await with.replies.send(reply(534, "This server wants TLS on data connections, too"));
    } else {
        with.protect_data = false;
        co_await with.replies.send(reply(200, "Data connections are in the clear"));
    }
}

// Commands in the clear behind a login under TLS can be changed by anybody on the way.
handled do_ccc(conversation& with, std::string) {
    if (with.control.is_tls())
        co_await with.replies.send(reply(534, "This server does not go back to commands in the clear"));
    else
        co_await with.replies.send(reply(533, "Commands are in the clear already"));
}

}  // namespace boxgate::ftp
