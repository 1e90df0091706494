#pragma once

#include <CLI/App.hpp>
#include <memory>

#include "pipelines/serve/serve_settings.h"

namespace blip {

// Adds the sub-command "serve" to `app`. Parsing fills the settings it returns; running them is the caller's part.
std::shared_ptr<ServeSettings> add_serve_command(CLI::App& app);

}  // namespace blip
