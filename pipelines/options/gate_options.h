#pragma once

#include <CLI/App.hpp>

#include "pipelines/options/gate_settings.h"

namespace blip {

// Adds --gate and --gate-threshold to `command`.
void add_gate_options(CLI::App& command, GateSettings& settings);

}  // namespace blip
