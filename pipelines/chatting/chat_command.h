#pragma once

#include <CLI/App.hpp>
#include <memory>

#include "pipelines/chatting/chat_settings.h"

namespace blip {

// Adds the sub-command "chat" to `app`. Parsing fills the settings it returns; running them is the caller's part.
std::shared_ptr<ChatSettings> add_chat_command(CLI::App& app);

}  // namespace blip
