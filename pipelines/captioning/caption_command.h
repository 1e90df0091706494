#pragma once

#include <CLI/App.hpp>
#include <memory>

#include "pipelines/captioning/caption_settings.h"

namespace blip {

// Adds the sub-command "caption" to `app`. Parsing fills the settings it returns; running them is the caller's part.
std::shared_ptr<CaptionSettings> add_caption_command(CLI::App& app);

}  // namespace blip
