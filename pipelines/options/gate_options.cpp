#include "pipelines/options/gate_options.h"

#include <CLI/CLI.hpp>

#include "pipelines/options/option_checks.h"

namespace blip {

void add_gate_options(CLI::App& command, GateSettings& settings) {
  command
      .add_option("--gate", settings.gate,
                  "pictures that have the result of the last one analysed: off, duplicate: those equal to it, or "
                  "similar: those that differ little from it, too (default: duplicate)")
      ->check(CLI::IsMember({"off", "duplicate", "similar"}))
      ->option_text("NAME")
      ->group("Gating");
  command
      .add_option("--gate-threshold", settings.gate_threshold,
                  "similar: largest difference, in levels of 255 where it is largest (default: 2)")
      ->check(check_between(0, 255))
      ->option_text("X")
      ->group("Gating");
}

}  // namespace blip
