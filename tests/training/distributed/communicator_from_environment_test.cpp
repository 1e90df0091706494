#include "training/distributed/communicator_from_environment.h"

#include "core/base/error.h"
#include "tests/training/distributed/ranks.h"

namespace blip {
namespace {

TEST(CommunicatorFromEnvironment, OneProcessIsTheDefault) {
  for (const char* name : {"RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"}) ::unsetenv(name);
  EXPECT_EQ(communicator_from_environment()->size(), 1);
  test::set_rank(0, 1, 29500);
  EXPECT_EQ(communicator_from_environment()->size(), 1);
  ::unsetenv("MASTER_PORT");
  EXPECT_THROW(communicator_from_environment(), Error);
}

}  // namespace
}  // namespace blip
