#pragma once

#include "pipelines/serve/serve_settings.h"
#include "pipelines/terminal/console.h"

namespace blip {

// Serves until SIGINT or SIGTERM; the address goes to stdout, all else to `console`. Returns the program's exit code: 0
// after SIGTERM, 130 after SIGINT. Throws UsageError, and Error for what keeps it from starting: no index, a port that
// is taken.
int run_serve_job(const ServeSettings& settings, Console& console);

}  // namespace blip
