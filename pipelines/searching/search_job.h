#pragma once

#include "pipelines/searching/search_settings.h"
#include "pipelines/terminal/console.h"

namespace blip {

// Searches once, writes what was found and returns the program's exit code. Throws UsageError, Error, ModelFailure and
// OutputFailure.
int run_search_job(const SearchSettings& settings, Console& console);

}  // namespace blip
