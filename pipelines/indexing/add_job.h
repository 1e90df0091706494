#pragma once

#include "pipelines/indexing/add_settings.h"
#include "pipelines/terminal/console.h"

namespace blip {

// Indexes what `settings` names. With JSON a line each video goes to stdout, else the counts at the end; all else to
// `console`. Returns the program's exit code: 0, 1 when a video failed (the others are done), 130 when interrupted.
// Throws UsageError, and Error for what stops the whole run: no plug-in, no model, an index that cannot be written.
int run_add_job(const AddSettings& settings, Console& console);

}  // namespace blip
