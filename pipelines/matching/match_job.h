#pragma once

#include "pipelines/matching/match_settings.h"
#include "pipelines/terminal/console.h"

namespace blip {

// Finds the texts in each file; records go to stdout or to files, all else to `console`. Returns the program's exit
// code: 0, 1 when a file failed (the others are done), 130 when interrupted.
// Throws UsageError, and Error for what stops the whole run: no plug-in, no model, an output that cannot be written.
int run_match_job(const MatchSettings& settings, Console& console);

}  // namespace blip
