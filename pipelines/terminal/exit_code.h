#pragma once

#include <functional>

#include "pipelines/terminal/console.h"

namespace blip {

// Runs a program's body and returns its exit code. What it throws becomes one line on the console and the code: 2 for
// UsageError and Error(kInvalidArgument), 130 for Error(kCancelled), 1 for all else.
int exit_code_of(Console& console, const std::function<int()>& body);

}  // namespace blip
