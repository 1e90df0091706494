#include "training/model/feature_queue.h"

#include "gtest/gtest.h"

namespace blip {
namespace {

torch::Tensor columns(float first, int64_t count) {
  return torch::arange(count).add(first).to(torch::kFloat32).unsqueeze(1).expand({count, 3});
}

TEST(FeatureQueue, TheNewestOverwriteTheOldestAndThePointerWraps) {
  FeatureQueue queue(3, 6, /*with_idx=*/true, torch::kCPU);
  for (int batch = 0; batch < 4; ++batch) {
    const auto features = columns(static_cast<float>(10 * batch), 2);
    queue.enqueue(features, features + 100, torch::tensor({batch, batch + 50}, torch::kInt64));
  }
  // Batches 1 and 2 are still there; batch 3 lies where batch 0 was.
  EXPECT_TRUE(torch::equal(queue.images()[0], torch::tensor({30.f, 31.f, 10.f, 11.f, 20.f, 21.f})));
  EXPECT_TRUE(torch::equal(queue.texts()[2], torch::tensor({130.f, 131.f, 110.f, 111.f, 120.f, 121.f})));
  EXPECT_TRUE(torch::equal(queue.idx(), torch::tensor({3, 53, 1, 51, 2, 52}, torch::kInt64)));
  EXPECT_EQ(queue.state().back().name, "ptr_queue");
  EXPECT_EQ(queue.state().back().tensor.item<int64_t>(), 2);
}

TEST(FeatureQueue, BeginsWithUnitVectorsAndNoPictures) {
  FeatureQueue queue(5, 4, /*with_idx=*/true, torch::kCPU);
  EXPECT_TRUE(torch::allclose(queue.images().norm(2, 0), torch::ones({4})));
  EXPECT_TRUE(torch::allclose(queue.texts().norm(2, 0), torch::ones({4})));
  EXPECT_TRUE(queue.idx().eq(-100).all().item<bool>());
  EXPECT_EQ(FeatureQueue(5, 4, /*with_idx=*/false, torch::kCPU).state().back().name, "queue_ptr");
}

TEST(FeatureQueue, RefusesABatchThatDoesNotDivideIt) {
  FeatureQueue queue(3, 6, /*with_idx=*/false, torch::kCPU);
  EXPECT_THROW(queue.enqueue(columns(0, 4), columns(0, 4)), c10::Error);
}

}  // namespace
}  // namespace blip
