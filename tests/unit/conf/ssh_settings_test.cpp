// The settings that SSH adds to both files.
#include "tests/unit/conf/yaml_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(ssh_settings)

using boxgate::conf::ssh_algorithms;
using boxgate::testing::yaml_lab;

namespace {

const std::string key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID3xCDBSxNCvLmL71/4Q0gTzqcuNIRT4ENBzNcX5LRMb";

std::string user(const std::string& more) {
    return "users:\n  ann:\n    box_app: none\n" + more;
}

const std::string password = "    password: $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n";
const std::string public_key = "    public_keys: " + key + "\n";

}  // namespace

BOOST_AUTO_TEST_CASE(algorithms_are_modern_unless_told_otherwise) {
    yaml_lab lab;
    BOOST_TEST((lab.gateway("users: u\nsftp: { listen: '127.0.0.1:0', host_keys: keys/ }\n").sftp.algorithms ==
                ssh_algorithms::modern));
    BOOST_TEST((lab.gateway("sftp: { algorithms: compatible }\n").sftp.algorithms == ssh_algorithms::compatible));
    lab.gateway("sftp: { algorithms: old }\n");
    BOOST_TEST(lab.told().find("sftp.algorithms") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(both_methods_have_to_be_had) {
    const std::pair<std::string, const char*> wrong[] = {
        {password + "    methods: [publickey, password]\n", "has no public_keys"},
        {public_key + "    methods: [publickey, password]\n", "has no password"},
        {password + public_key + "    methods: [publickey]\n", "must be [publickey, password]"},
        {password + public_key + "    methods: [publickey, publickey]\n", "twice"},
        {password + public_key + "    methods: [publickey, otp]\n", "methods"},
    };
    for (const auto& [text, expected] : wrong) {
        yaml_lab lab;
        lab.users(user(text));
        BOOST_TEST(lab.told().find(expected) != std::string::npos, lab.told());
    }
    yaml_lab lab;
    lab.users(user(password + public_key + "    methods: [password, publickey]\n"));
    BOOST_TEST(lab.told().find("methods") == std::string::npos, lab.told());
}

BOOST_AUTO_TEST_SUITE_END()
