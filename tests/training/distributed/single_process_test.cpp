#include "training/distributed/single_process.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(SingleProcess, EveryCollectiveIsTheIdentity) {
  SingleProcess process;
  EXPECT_EQ(process.rank(), 0);
  EXPECT_EQ(process.size(), 1);
  const auto before = torch::tensor({1.5F, -2.0F});
  auto tensor = before.clone();
  process.average_(tensor);
  process.sum_(tensor);
  process.broadcast_(tensor);
  process.barrier();
  EXPECT_TRUE(torch::equal(tensor, before));

  tensor.requires_grad_();
  EXPECT_TRUE(torch::equal(process.gather(tensor), before));
  EXPECT_FALSE(process.gather(tensor).requires_grad());
  process.gather_with_grad(tensor).square().sum().backward();
  EXPECT_TRUE(torch::equal(tensor.grad(), 2 * before));
}

}  // namespace
}  // namespace blip
