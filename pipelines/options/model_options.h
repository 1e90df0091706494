#pragma once

#include <CLI/App.hpp>

#include "pipelines/options/model_settings.h"

namespace blip {

// Adds --model, --vocab, --config, --device, --precision and --num-threads to `command`.
void add_model_options(CLI::App& command, ModelSettings& settings);

}  // namespace blip
