// The command line of boxgate: which command, with what arguments. What the commands do is in commands.

#include "conf/runtime/heap.hpp"
#include "server/commands.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
    using namespace boxgate::server;

    boxgate::runtime::return_large_buffers();
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
    bool check_online = false;
    check_command->add_flag("--online", check_online, "Ask Box about every user, too");

    auto* hash_command =
        app.add_subcommand("hash-password", "Read a password and print the hash to put into users.yaml");

    user_add_arguments add_with;
    auto* user_command = app.add_subcommand("user", "Users");
    user_command->require_subcommand(1);
    auto* add_command = user_command->add_subcommand("add", "Print the lines of a new user to paste into users.yaml");
    add_command->add_option("login", add_with.login)->required();
    add_command->add_option("--box-user", add_with.box_user, "Login e-mail or id of the Box user to act for");
    add_command->add_option("--box-app", add_with.box_app, "The name of an app in box_apps");
    add_command->add_option("--group", add_with.group, "The name of a group");
    add_command->add_option("--root", add_with.root, "What the client sees as /");
    add_command->add_option("--public-key", add_with.public_key_file, "A .pub file, instead of a password");

    std::string health_config;
    bool health_ready = false;
    auto* health_command = app.add_subcommand("health", "Ask a running boxgate whether it is well");
    health_command->add_option("--config", health_config, "gateway.yaml, with monitoring.listen")->required();
    health_command->add_flag("--ready", health_ready, "Whether it should get clients: Box reachable, not stopping");

    CLI11_PARSE(app, argc, argv);

    try {
        if (*serve_command) return serve(serve_with);
        if (*check_command) return check(check_config, check_online);
        if (*hash_command) return hash_password();
        if (*add_command) return user_add(add_with);
        if (*health_command) return health(health_config, health_ready);
    } catch (const std::exception& error) {
        std::cerr << "boxgate: " << error.what() << '\n';
    }
    return exit_failed;
}
