#pragma once

#include <string>
#include <vector>

#include "training/config/recipe.h"

namespace blip {

// What stands in the way of going on with `now` where a training with `before` was left, one line each:
// "optimizer.lr was 0.001 and is 0.0003". Keys that change no weight any more may differ: threads, logging,
// checkpoints, validation, where the data lies, what the model began from.
std::vector<std::string> recipe_differences(const Recipe& before, const Recipe& now);

}  // namespace blip
