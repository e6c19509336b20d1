#pragma once

#include "protocol/ftp/command.hpp"
#include "protocol/ftp/conversation.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

// What each command does, by the section of RFC 959 and its successors that it belongs to. A handler sends its own
// reply. The conversation outlives it. Whether it may run at all is read off its row in command_table.cpp.

namespace boxgate::ftp {

using handled = boost::asio::awaitable<void>;

// handlers_login.cpp: who is there (RFC 959 section 4.1.1, RFC 7151)
handled do_user(conversation& with, std::string argument);
handled do_pass(conversation& with, std::string argument);
handled do_rein(conversation& with, std::string argument);
handled do_quit(conversation& with, std::string argument);
handled do_acct(conversation& with, std::string argument);
handled do_host(conversation& with, std::string argument);

// handlers_security.cpp: under what protection (RFC 4217)
handled do_auth(conversation& with, std::string argument);
handled do_pbsz(conversation& with, std::string argument);
handled do_prot(conversation& with, std::string argument);
handled do_ccc(conversation& with, std::string argument);

// handlers_data.cpp: how the data connection comes to be, and what it carries (RFC 959 section 4.1.2, RFC 2428)
handled do_pasv(conversation& with, std::string argument);
handled do_epsv(conversation& with, std::string argument);
handled do_port(conversation& with, std::string argument);
handled do_eprt(conversation& with, std::string argument);
handled do_type(conversation& with, std::string argument);
handled do_mode(conversation& with, std::string argument);
handled do_stru(conversation& with, std::string argument);

// handlers_browse.cpp: looking (RFC 959, RFC 3659)
handled do_cwd(conversation& with, std::string argument);
handled do_cdup(conversation& with, std::string argument);
handled do_pwd(conversation& with, std::string argument);
handled do_list(conversation& with, std::string argument);
handled do_nlst(conversation& with, std::string argument);
handled do_mlsd(conversation& with, std::string argument);
handled do_stat(conversation& with, std::string argument);

// handlers_facts.cpp: of one file (RFC 3659, draft-bryan-ftp-hash, draft-peterson-streamlined-ftp-command-extensions)
handled do_mlst(conversation& with, std::string argument);
handled do_size(conversation& with, std::string argument);
handled do_hash(conversation& with, std::string argument);
handled do_xsha1(conversation& with, std::string argument);
handled do_avbl(conversation& with, std::string argument);

// handlers_change.cpp: the tree (RFC 959)
handled do_dele(conversation& with, std::string argument);
handled do_mkd(conversation& with, std::string argument);
handled do_rmd(conversation& with, std::string argument);
handled do_rnfr(conversation& with, std::string argument);
handled do_rnto(conversation& with, std::string argument);

// handlers_transfer.cpp: files
handled do_retr(conversation& with, std::string argument);
handled do_stor(conversation& with, std::string argument);
handled do_stou(conversation& with, std::string argument);
handled do_appe(conversation& with, std::string argument);
handled do_allo(conversation& with, std::string argument);
handled do_abor(conversation& with, std::string argument);

// handlers_misc.cpp: talk
handled do_feat(conversation& with, std::string argument);
handled do_opts(conversation& with, std::string argument);
handled do_help(conversation& with, std::string argument);
handled do_lang(conversation& with, std::string argument);
handled do_syst(conversation& with, std::string argument);
handled do_noop(conversation& with, std::string argument);
handled do_clnt(conversation& with, std::string argument);
handled do_smnt(conversation& with, std::string argument);

// handlers_site.cpp
handled do_site(conversation& with, std::string argument);

}  // namespace boxgate::ftp
