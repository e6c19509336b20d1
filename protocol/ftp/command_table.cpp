#include "protocol/ftp/command_table.hpp"

#include "protocol/ftp/handlers.hpp"

#include <algorithm>

namespace boxgate::ftp {

namespace {

using enum command_flags;

constexpr command_row rows[] = {
    {"USER", needs_argument, "USER <login>", do_user},
    {"PASS", none, "PASS <password>", do_pass},
    {"ACCT", needs_argument, "ACCT <account>", do_acct},
    {"HOST", needs_argument, "HOST <name of this server>", do_host, "HOST"},
    {"REIN", none, "REIN", do_rein},
    {"QUIT", in_transfer, "QUIT", do_quit},
    {"AUTH", needs_argument | with_tls, "AUTH TLS", do_auth, "AUTH TLS"},
    {"PBSZ", needs_argument | with_tls, "PBSZ 0", do_pbsz, "PBSZ"},
    {"PROT", needs_argument | with_tls, "PROT P | C", do_prot, "PROT"},
    {"CCC", none, "CCC", do_ccc},

    {"PASV", needs_login, "PASV", do_pasv},
    {"EPSV", needs_login, "EPSV [1 | 2 | ALL]", do_epsv, "EPSV"},
    {"PORT", needs_login | needs_argument, "PORT h1,h2,h3,h4,p1,p2", do_port},
    {"EPRT", needs_login | needs_argument, "EPRT |1|address|port|", do_eprt, "EPRT"},
    {"TYPE", needs_login | needs_argument, "TYPE A [N] | I | L 8", do_type},
    {"MODE", needs_login | needs_argument, "MODE S", do_mode},
    {"STRU", needs_login | needs_argument, "STRU F", do_stru},

    {"CWD", needs_login | needs_argument, "CWD <directory>", do_cwd},
    {"XCWD", needs_login | needs_argument, "XCWD <directory>", do_cwd},
    {"CDUP", needs_login, "CDUP", do_cdup},
    {"XCUP", needs_login, "XCUP", do_cdup},
    {"PWD", needs_login, "PWD", do_pwd},
    {"XPWD", needs_login, "XPWD", do_pwd},
    {"LIST", needs_login | transfers, "LIST [<path or pattern>]", do_list},
    {"NLST", needs_login | transfers, "NLST [<path or pattern>]", do_nlst},
    {"MLSD", needs_login | transfers, "MLSD [<directory>]", do_mlsd},
    {"STAT", in_transfer, "STAT [<path or pattern>]", do_stat},
    {"MLST", needs_login, "MLST [<path>]", do_mlst, "MLST"},
    {"SIZE", needs_login | needs_argument, "SIZE <file>", do_size, "SIZE"},
    {"HASH", needs_login | needs_argument, "HASH <file>", do_hash, "HASH SHA-1*"},
    {"XSHA1", needs_login | needs_argument, "XSHA1 <file>", do_xsha1, "XSHA1"},
    {"AVBL", needs_login, "AVBL [<directory>]", do_avbl, "AVBL"},

    {"RETR", needs_login | needs_argument | transfers, "RETR <file>", do_retr},
    {"STOR", needs_login | needs_argument | transfers, "STOR <file>", do_stor},
    {"STOU", needs_login | transfers, "STOU [<beginning of the name>]", do_stou},
    {"APPE", needs_login | needs_argument | transfers, "APPE <new file>", do_appe},
    {"ALLO", needs_login | needs_argument, "ALLO <bytes>", do_allo},
    {"ABOR", in_transfer, "ABOR", do_abor},

    {"DELE", needs_login | needs_argument, "DELE <file>", do_dele},
    {"MKD", needs_login | needs_argument, "MKD <directory>", do_mkd},
    {"XMKD", needs_login | needs_argument, "XMKD <directory>", do_mkd},
    {"RMD", needs_login | needs_argument, "RMD <directory>", do_rmd},
    {"XRMD", needs_login | needs_argument, "XRMD <directory>", do_rmd},
    {"RNFR", needs_login | needs_argument, "RNFR <path>", do_rnfr},
    {"RNTO", needs_login | needs_argument, "RNTO <path>", do_rnto},
    {"SMNT", needs_login | needs_argument, "SMNT <path>", do_smnt},

    {"FEAT", none, "FEAT", do_feat},
    {"OPTS", needs_argument, "OPTS UTF8 ON | MLST <facts> | HASH SHA-1", do_opts},
    {"LANG", none, "LANG [EN]", do_lang, "LANG EN*"},
    {"HELP", none, "HELP [<command>]", do_help},
    {"SYST", none, "SYST", do_syst},
    {"NOOP", in_transfer, "NOOP", do_noop},
    {"SITE", needs_login | needs_argument, "SITE HELP", do_site},
    {"CLNT", needs_argument, "CLNT <name>", do_clnt, "CLNT"},

    // Box keeps no half files to go on with and takes no times from clients.
    {"REST", refused, "REST", nullptr},
    {"MDTM", refused, "MDTM", nullptr},
    {"MFMT", refused, "MFMT", nullptr},
    {"MFF", refused, "MFF", nullptr},
    {"MFCT", refused, "MFCT", nullptr},
    // RFC 2228's own mechanisms; TLS needs none of them (RFC 4217 section 9).
    {"ADAT", refused, "ADAT", nullptr},
    {"MIC", refused, "MIC", nullptr},
    {"CONF", refused, "CONF", nullptr},
    {"ENC", refused, "ENC", nullptr},
};

}  // namespace

std::span<const command_row> command_rows() {
    return rows;
}

const command_row* find_command(std::string_view verb) {
    const auto found = std::ranges::find(rows, verb, &command_row::verb);
    return found == std::end(rows) ? nullptr : &*found;
}

std::vector<std::string> feature_lines(const conversation& with) {
    std::vector<std::string> lines;
    for (const auto& row : rows) {
        if (row.feature.empty() || (has(row.flags, with_tls) && !with.with.tls)) continue;
        lines.emplace_back(row.feature);
        if (row.verb == "MLST") lines.back() += " " + feature_of(with.facts);
    }
    lines.emplace_back("TVFS");
    // An account with a charset has clients that would take this for an invitation to guess.
    if (!with.account || with.account->charset.empty()) lines.emplace_back("UTF8");
    return lines;
}

}  // namespace boxgate::ftp
