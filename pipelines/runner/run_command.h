#pragma once

#include <CLI/App.hpp>
#include <memory>

#include "pipelines/runner/run_settings.h"

namespace blip {

// Adds the sub-command "run" to `app`. Parsing fills the settings it returns; running them is the caller's part.
std::shared_ptr<RunSettings> add_run_command(CLI::App& app);

}  // namespace blip
