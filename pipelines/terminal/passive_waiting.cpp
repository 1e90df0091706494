#include "pipelines/terminal/passive_waiting.h"

#include <unistd.h>

#include <cstdlib>

namespace blip {

void wait_passively(char** argv) {
  constexpr const char* kVariable = "OMP_WAIT_POLICY";
  if (std::getenv(kVariable) != nullptr || setenv(kVariable, "PASSIVE", 0) != 0) return;
  execv("/proc/self/exe", argv);
}

}  // namespace blip
