#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace blip {

// The place of this process among those that train one model together, as torchrun and launch_ranks() put it into the
// environment.
struct RankEnvironment {
  int rank = 0;        // RANK: 0 … size - 1
  int size = 1;        // WORLD_SIZE
  int local_rank = 0;  // LOCAL_RANK: on this machine, which is also the number of its GPU; RANK where it is not set
  std::string master_host;        // MASTER_ADDR: where rank 0 runs
  std::uint16_t master_port = 0;  // MASTER_PORT: where rank 0 listens
};

// What the environment says; nothing when it sets none of the variables, then this process trains alone. Throws
// Error(kInvalidArgument), naming variable and value, when some are missing or wrong.
std::optional<RankEnvironment> rank_environment();

}  // namespace blip
