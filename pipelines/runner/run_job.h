#pragma once

#include "pipelines/runner/run_settings.h"
#include "pipelines/terminal/console.h"

namespace blip {

// Runs the pipeline; what was asked for goes to stdout, warnings to `console`. Returns the program's exit code: 0, or
// 130 when interrupted. Throws UsageError and Error.
int run_pipeline_job(const RunSettings& settings, Console& console);

}  // namespace blip
