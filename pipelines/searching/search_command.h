#pragma once

#include <CLI/App.hpp>
#include <memory>

#include "pipelines/searching/search_settings.h"

namespace blip {

// Adds "search" to `app`. The settings are filled when the command line is parsed.
std::shared_ptr<SearchSettings> add_search_command(CLI::App& app);

}  // namespace blip
