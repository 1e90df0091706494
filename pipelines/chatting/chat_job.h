#pragma once

#include "pipelines/chatting/chat_settings.h"
#include "pipelines/terminal/console.h"

namespace blip {

// Holds the conversation. Returns the program's exit code; throws UsageError, ModelFailure and Error.
int run_chat_job(const ChatSettings& settings, Console& console);

}  // namespace blip
