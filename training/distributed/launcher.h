#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace blip {

struct LaunchOptions {
  int processes = 2;
  std::string program = "/proc/self/exe";  // of this program by default
  std::vector<std::string> arguments;      // from argv[0] on, the same for every rank
  // How long the other ranks may take to end after one has failed, before they are killed.
  std::chrono::milliseconds grace{5000};
  // Gets lines for the user: which rank failed and how, and the last lines that it wrote to stderr.
  std::function<void(const std::string&)> report;
};

// Runs `program` as ranks 0 … processes - 1 on this machine and waits for all: RANK, WORLD_SIZE, LOCAL_RANK,
// MASTER_ADDR and MASTER_PORT are set, OMP_NUM_THREADS shares out the cores unless it is set. Only rank 0's stdout and
// stderr are seen. SIGINT and SIGTERM go to every rank. When a rank fails the others get SIGTERM, and SIGKILL after
// `grace`; when this process dies they get SIGTERM.
// Returns the highest exit status of the ranks that ended by themselves, 128 + signal for one that a signal ended.
// Call it before the process has other threads. Throws Error(kInvalidArgument, kFailed).
int launch_ranks(const LaunchOptions& options);

}  // namespace blip
