#include "training/distributed/communicator_from_environment.h"

#include "training/distributed/process_group_communicator.h"
#include "training/distributed/rank_environment.h"
#include "training/distributed/single_process.h"

namespace blip {

std::unique_ptr<Communicator> communicator_from_environment(const CommunicatorOptions& options) {
  const auto environment = rank_environment();
  if (!environment || environment->size == 1) return std::make_unique<SingleProcess>();
  return std::make_unique<ProcessGroupCommunicator>(*environment, options);
}

}  // namespace blip
