#pragma once

#include <CLI/App.hpp>
#include <memory>

#include "pipelines/asking/ask_settings.h"

namespace blip {

// Adds the sub-command "ask" to `app`. Parsing fills the settings it returns; running them is the caller's part.
std::shared_ptr<AskSettings> add_ask_command(CLI::App& app);

}  // namespace blip
