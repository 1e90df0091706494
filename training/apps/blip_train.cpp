// blip-train: data, training and models for gst-blip. One sub-command a job.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "training/apps/synth_command.h"

int main(int argc, char** argv) {
  try {
    CLI::App app("Trains BLIP on pictures and videos with text.", "blip-train");
    app.require_subcommand(1);
    const auto synth = blip::add_synth_command(app);
    CLI11_PARSE(app, argc, argv);
    synth();
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "blip-train: %s\n", e.what());
    return 1;
  }
}
