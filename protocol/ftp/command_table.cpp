#include "protocol/ftp/command_table.hpp"

#include "protocol/ftp/handlers.hpp"

#include <algorithm>

namespace boxgate::ftp {

namespace {

using enum command_flags;

constexpr command_row rows[] = {
    {"USER", needs_argument, "USER <login>", do_user},
    {"PASS", none, "PASS <password>", do_pass},
    {"ACCT", none, "ACCT <account>", do_acct},
    {"REIN", none, "REIN", do_rein},
    {"QUIT", in_transfer, "QUIT", do_quit},
    {"AUTH", needs_argument | tls_feature, "AUTH TLS", do_auth},
    {"PBSZ", needs_argument | tls_feature, "PBSZ 0", do_pbsz},
    {"PROT", needs_argument | tls_feature, "PROT P | C", do_prot},

    {"PASV", needs_login, "PASV", do_pasv},
    {"EPSV", needs_login | feature, "EPSV [1 | 2 | ALL]", do_epsv},
    {"PORT", needs_login | needs_argument, "PORT h1,h2,h3,h4,p1,p2", do_port},
    {"EPRT", needs_login | needs_argument | feature, "EPRT |1|address|port|", do_eprt},
    {"TYPE", needs_login | needs_argument, "TYPE A | I | L 8", do_type},
    {"MODE", needs_login | needs_argument, "MODE S", do_mode},
    {"STRU", needs_login | needs_argument, "STRU F", do_stru},

    {"CWD", needs_login, "CWD <directory>", do_cwd},
    {"XCWD", needs_login, "XCWD <directory>", do_cwd},
    {"CDUP", needs_login, "CDUP", do_cdup},
    {"XCUP", needs_login, "XCUP", do_cdup},
    {"PWD", needs_login, "PWD", do_pwd},
    {"XPWD", needs_login, "XPWD", do_pwd},
    {"LIST", needs_login | transfers, "LIST [<path>]", do_list},
    {"NLST", needs_login | transfers, "NLST [<path>]", do_nlst},
    {"MLSD", needs_login | transfers, "MLSD [<directory>]", do_mlsd},
    {"MLST", needs_login | feature, "MLST [<path>]", do_mlst},
    {"SIZE", needs_login | needs_argument | feature, "SIZE <file>", do_size},
    {"STAT", in_transfer, "STAT [<path>]", do_stat},

    {"RETR", needs_login | needs_argument | transfers, "RETR <file>", do_retr},
    {"STOR", needs_login | needs_argument | transfers, "STOR <file>", do_stor},
    {"STOU", needs_login | transfers, "STOU", do_stou},
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

    {"FEAT", none, "FEAT", do_feat},
    {"OPTS", needs_argument, "OPTS UTF8 ON | MLST <facts>", do_opts},
    {"HELP", none, "HELP [<command>]", do_help},
    {"SYST", none, "SYST", do_syst},
    {"NOOP", in_transfer, "NOOP", do_noop},
    {"SITE", needs_login | needs_argument, "SITE HELP", do_site},
    {"CLNT", none, "CLNT <name>", do_clnt},
    {"SMNT", needs_login, "SMNT <path>", do_smnt},

    // Box keeps no half files to go on with and takes no times from clients.
    {"REST", refused, "REST", nullptr},
    {"MDTM", refused, "MDTM", nullptr},
    {"MFMT", refused, "MFMT", nullptr},
    {"MFF", refused, "MFF", nullptr},
    {"MFCT", refused, "MFCT", nullptr},
};

std::string feature_line(const command_row& row, const conversation& with) {
    if (row.verb == "AUTH") return "AUTH TLS";
    if (row.verb == "MLST") return "MLST " + feature_of(with.facts);
    return std::string(row.verb);
}

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
        const bool shown = has(row.flags, feature) || (has(row.flags, tls_feature) && with.with.tls);
        if (shown) lines.push_back(feature_line(row, with));
    }
    lines.push_back("TVFS");
    lines.push_back("UTF8");
    return lines;
}

}  // namespace boxgate::ftp
