#pragma once

#include <chrono>
#include <memory>

#include "training/distributed/communicator.h"

namespace blip {

struct CommunicatorOptions {
  std::chrono::milliseconds start_timeout = std::chrono::minutes(5);  // for all ranks to come
  // A rank tells the others once a period that it lives, and is lost when it has been silent for `patience`. That is
  // for ranks that hang and machines that vanish: the end of a process is seen at once.
  std::chrono::milliseconds heartbeat_period = std::chrono::seconds(1);
  std::chrono::milliseconds patience = std::chrono::seconds(10);
};

// One process alone unless RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT are set; then waits for the other ranks.
// GLOO_SOCKET_IFNAME names the network interface where it matters. Throws Error(kInvalidArgument) for wrong variables,
// Error(kFailed) naming the ranks that did not come.
std::unique_ptr<Communicator> communicator_from_environment(const CommunicatorOptions& options = {});

}  // namespace blip
