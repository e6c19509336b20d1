// The command line of boxgate: which command, with what arguments. What the commands do is in commands.

#include "server/commands.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
    using namespace boxgate::server;

    CLI::App app("boxgate: FTP, FTPS and SFTP clients use Box as if it were a file server");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("boxgate ") + BOXGATE_VERSION);

    serve_arguments serve_with;
    auto* serve_command = app.add_subcommand("serve", "Run the gateway");
    serve_command->add_option("--config", serve_with.config, "gateway.yaml")->required();
    serve_command->add_option("--ready-file", serve_with.ready_file,
                              "Written once connections are accepted: a JSON object of protocols and ports");

    std::string check_config;
    auto* check_command = app.add_subcommand("check", "Check gateway.yaml and the users it names, without starting");
    check_command->add_option("--config", check_config, "gateway.yaml")->required();

    auto* hash_command =
        app.add_subcommand("hash-password", "Read a password and print the hash to put into users.yaml");

    CLI11_PARSE(app, argc, argv);

    try {
        if (*serve_command) return serve(serve_with);
        if (*check_command) return check(check_config);
        if (*hash_command) return hash_password();
    } catch (const std::exception& error) {
        std::cerr << "boxgate: " << error.what() << '\n';
    }
    return exit_failed;
}
