#pragma once

#include "pipelines/asking/ask_settings.h"
#include "pipelines/terminal/console.h"

namespace blip {

// Answers the questions for each file; records go to stdout or to files, all else to `console`. Returns the program's
// exit code: 0, 1 when a file failed (the others are done), 130 when interrupted.
// Throws UsageError, and Error for what stops the whole run: no engine, no model, an output that cannot be written.
int run_ask_job(const AskSettings& settings, Console& console);

}  // namespace blip
