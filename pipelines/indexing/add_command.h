#pragma once

#include <CLI/App.hpp>
#include <memory>

#include "pipelines/indexing/add_settings.h"

namespace blip {

// Adds the sub-command "add" to `index`. Parsing fills the settings it returns; running them is the caller's part.
std::shared_ptr<AddSettings> add_add_command(CLI::App& index);

}  // namespace blip
