#include "protocol/ftp/command_table.hpp"

#include "protocol/ftp/site_table.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace boxgate::testing {

using namespace boxgate::ftp;

BOOST_AUTO_TEST_SUITE(command_table)

BOOST_AUTO_TEST_CASE(every_command_of_the_rfcs_has_a_row) {
    const std::vector<std::pair<const char*, std::vector<const char*>>> documents{
        {"RFC 959", {"USER", "PASS", "ACCT", "CWD",  "CDUP", "SMNT", "QUIT", "REIN", "PORT", "PASV", "TYPE",
                     "STRU", "MODE", "RETR", "STOR", "STOU", "APPE", "ALLO", "REST", "RNFR", "RNTO", "ABOR",
                     "DELE", "RMD",  "MKD",  "PWD",  "LIST", "NLST", "SITE", "SYST", "STAT", "HELP", "NOOP"}},
        {"RFC 775", {"XMKD", "XRMD", "XPWD", "XCUP", "XCWD"}},
        {"RFC 2228", {"AUTH", "ADAT", "PBSZ", "PROT", "CCC", "MIC", "CONF", "ENC"}},
        {"RFC 2389", {"FEAT", "OPTS"}},
        {"RFC 2428", {"EPRT", "EPSV"}},
        {"RFC 2640", {"LANG"}},
        {"RFC 3659", {"MDTM", "SIZE", "REST", "MLST", "MLSD"}},
        {"RFC 4217", {"AUTH", "PBSZ", "PROT", "CCC"}},
        {"RFC 7151", {"HOST"}},
    };
    for (const auto& [document, verbs] : documents) {
        for (const auto* verb : verbs) BOOST_TEST(find_command(verb), document << ": " << verb);
    }
}

BOOST_AUTO_TEST_CASE(a_row_makes_sense_by_itself) {
    std::set<std::string_view> verbs;
    for (const auto& row : command_rows()) {
        BOOST_TEST_CONTEXT(row.verb) {
            BOOST_TEST(verbs.insert(row.verb).second, "listed twice");
            BOOST_TEST(row.syntax.starts_with(row.verb));
            BOOST_TEST((row.carry_out == nullptr) == has(row.flags, command_flags::refused));
            const bool shows_argument = row.syntax.size() > row.verb.size() && row.syntax[row.verb.size() + 1] != '[';
            if (has(row.flags, command_flags::needs_argument)) BOOST_TEST(shows_argument);
            if (has(row.flags, command_flags::refused)) BOOST_TEST(row.feature.empty());
            if (!row.feature.empty()) BOOST_TEST(row.feature.starts_with(row.verb));
            if (has(row.flags, command_flags::transfers)) BOOST_TEST(has(row.flags, command_flags::needs_login));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_changes_times_or_restarts_is_refused) {
    for (const auto* verb : {"REST", "MDTM", "MFMT", "MFF"}) {
        const auto* const row = find_command(verb);
        BOOST_REQUIRE(row);
        BOOST_TEST(has(row->flags, command_flags::refused), verb);
    }
}

BOOST_AUTO_TEST_CASE(only_known_commands_are_found) {
    BOOST_TEST(!find_command(""));
    BOOST_TEST(!find_command("stor"));
    BOOST_TEST(!find_command("LPRT"));
    BOOST_TEST(find_command("STOR")->verb == "STOR");
}

BOOST_AUTO_TEST_CASE(help_of_site_names_every_subcommand) {
    for (const auto& row : site_rows()) {
        BOOST_TEST(site_help().find(row.name) != std::string::npos, row.name);
        BOOST_TEST((row.text.empty() || row.text.find(row.name) != std::string::npos));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
