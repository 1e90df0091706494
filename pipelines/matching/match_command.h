#pragma once

#include <CLI/App.hpp>
#include <memory>

#include "pipelines/matching/match_settings.h"

namespace blip {

// Adds the sub-command "match" to `app`. Parsing fills the settings it returns; running them is the caller's part.
std::shared_ptr<MatchSettings> add_match_command(CLI::App& app);

}  // namespace blip
