#pragma once

#include <CLI/App.hpp>
#include <memory>

#include "pipelines/watching/watch_settings.h"

namespace blip {

// Adds the sub-command "watch" to `app`. Parsing fills the settings it returns; running them is the caller's part.
std::shared_ptr<WatchSettings> add_watch_command(CLI::App& app);

}  // namespace blip
