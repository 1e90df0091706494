#pragma once

#include <string>
#include <vector>

#include "tests/pipelines/support/program.h"

namespace blip::test {

// "blip-train ARGUMENTS…" of this build.
inline ProgramResult blip_train(std::vector<std::string> arguments, const ProgramOptions& options = {}) {
  arguments.insert(arguments.begin(), std::string(BLIP_BUILD_DIR) + "/bin/blip-train");
  return run_program(arguments, options);
}

}  // namespace blip::test
