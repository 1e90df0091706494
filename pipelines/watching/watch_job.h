#pragma once

#include "pipelines/terminal/console.h"
#include "pipelines/watching/watch_settings.h"

namespace blip {

// Watches the sources, live ones all at once, files one after the other; without sources, what is added to the index.
// Alerts and captions go to stdout, all else to `console`. Returns the program's exit code: 0 when all sources came to
// their end, 1 when one failed, 130 when interrupted. Throws UsageError, and Error for what stops the whole run.
int run_watch_job(const WatchSettings& settings, Console& console);

}  // namespace blip
