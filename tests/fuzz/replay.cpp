// Runs a fuzzer over the files of a folder: each whole, cut at every byte, and with every byte damaged in turn.
#include "tests/fuzz/fuzz.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

namespace {

void run(const std::string& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::size_t run_all(const std::string& seed) {
    run(seed);
    for (std::size_t i = 0; i < seed.size(); ++i) {
        run(seed.substr(0, i));
        run(seed.substr(i));
        for (const int flip : {0x01, 0x20, 0x80, 0xff}) {
            auto damaged = seed;
            damaged[i] = static_cast<char>(damaged[i] ^ flip);
            run(damaged);
        }
    }
    return 1 + seed.size() * 6;
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t seeds = 0;
    std::size_t inputs = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& file : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream in(file.path(), std::ios::binary);
            std::stringstream content;
            content << in.rdbuf();
            inputs += run_all(content.str());
            ++seeds;
        }
    }
    std::cout << seeds << " seeds, " << inputs << " inputs\n";
    return seeds == 0 ? 1 : 0;
}
