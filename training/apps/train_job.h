#pragma once

#include "pipelines/terminal/console.h"
#include "training/apps/train_command.h"

namespace blip {

// Trains as the settings say. Returns the exit code: 0, or 130 after Ctrl-C or SIGTERM. Throws Error, UsageError.
int run_train_job(const TrainSettings& settings, char** argv, Console& console);

}  // namespace blip
