#include "pipelines/terminal/passive_waiting.h"

#include <unistd.h>

#include <cstdlib>

namespace blip {

void wait_passively(char** argv) {
  constexpr const char* kVariable = "OMP_WAIT_POLICY";
  // About 0.1 ms before a thread sleeps: a decoder step has a parallel region every 30 us.
  if (std::getenv(kVariable) != nullptr || setenv("GOMP_SPINCOUNT", "10000", 0) != 0 ||
      setenv(kVariable, "PASSIVE", 0) != 0)
    return;
  execv("/proc/self/exe", argv);
}

}  // namespace blip
