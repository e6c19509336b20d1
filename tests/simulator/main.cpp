// box-simulator: the command line of the simulator.
#include "tests/simulator/simulator.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace {

int serve(const box_simulator::simulator_options& options, const std::string& ready_file) {
    // Threads inherit the mask: signals are taken here, below.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    box_simulator::simulator box(options);
    box.start();
    const auto ready = boost::json::serialize(boost::json::object{
        {"port", box.port()}, {"url", box.url()}, {"admin_port", box.admin_port()}, {"proxy_port", box.proxy_port()}});
    std::cout << ready << std::endl;
    if (!ready_file.empty()) {
        std::ofstream(ready_file + ".partial") << ready << '\n';
        std::filesystem::rename(ready_file + ".partial", ready_file);
    }
    int received = 0;
    sigwait(&signals, &received);
    box.stop();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("box-simulator: an honest Box for tests and demonstrations");
    app.require_subcommand(1);
    box_simulator::simulator_options options;
    std::string init_directory, serve_directory, ca_out, admin, proxy, ready_file;
    auto* init_command = app.add_subcommand("init", "Make an enterprise: apps, users, key files");
    init_command->add_option("DIR", init_directory)->required();
    auto* serve_command = app.add_subcommand("serve", "Be Box");
    serve_command->add_option("DIR", serve_directory, "as init has made it")->required();
    serve_command->add_option("--listen", options.listen, "ADDRESS:PORT; port 0: any");
    serve_command->add_flag("--tls", options.tls, "speak https, with a certificate made now");
    serve_command->add_option("--ca-out", ca_out, "where to write the authority of that certificate");
    serve_command->add_option("--admin", admin, "ADDRESS:PORT of the admin port");
    serve_command->add_option("--proxy-listen", proxy, "ADDRESS:PORT of a CONNECT proxy that leads Box's names here");
    serve_command->add_option("--proxy-user", options.proxy_credentials, "USER:PASSWORD that the proxy wants");
    serve_command->add_option("--record", options.record, "a file to which every exchange is appended");
    serve_command->add_option("--ready-file", ready_file, "written once everything listens");
    CLI11_PARSE(app, argc, argv);
    try {
        if (*init_command) {
            box_simulator::init(init_directory);
            return 0;
        }
        options.directory = serve_directory;
        options.ca_out =
            ca_out.empty() ? std::filesystem::path(serve_directory) / "ca.pem" : std::filesystem::path(ca_out);
        if (!admin.empty()) options.admin = admin;
        if (!proxy.empty()) options.proxy = proxy;
        return serve(options, ready_file);
    } catch (const std::exception& error) {
        std::cerr << "box-simulator: " << error.what() << '\n';
        return 1;
    }
}
