#include "training/model/batch_tensors.h"

#include "gtest/gtest.h"

namespace blip {
namespace {

TEST(BatchTensors, LeaveOutColumnsThatAreAllPadding) {
  const TokenBatch texts{2, 4, {1, 2, 0, 0, 3, 4, 5, 0}, {1, 1, 0, 0, 1, 1, 1, 0}};
  const auto found = text_tensors(texts, torch::kCPU);
  EXPECT_TRUE(torch::equal(found.ids, torch::tensor({{1, 2, 0}, {3, 4, 5}}, torch::kInt64)));
  EXPECT_TRUE(torch::equal(found.keep, torch::tensor({{true, true, false}, {true, true, true}})));
  const auto other = with_first_token(found, 9);
  EXPECT_TRUE(torch::equal(other.ids.select(1, 0), torch::tensor({9, 9}, torch::kInt64)));
  EXPECT_EQ(found.ids[0][0].item<int64_t>(), 1);
}

TEST(BatchTensors, PicturesAreCopies) {
  std::vector<float> pixels(3 * 2 * 2, 1.0f);
  const auto images = image_tensor(pixels, 1, 2, torch::kCPU);
  pixels[0] = 7;
  EXPECT_EQ(images[0][0][0][0].item<float>(), 1);
}

TEST(BatchTensors, RefuseSizesThatDoNotFit) {
  EXPECT_THROW(image_tensor(std::vector<float>(11), 1, 2, torch::kCPU), c10::Error);
  EXPECT_THROW(text_tensors({2, 3, {1, 2, 3}, {1, 1, 1}}, torch::kCPU), c10::Error);
}

}  // namespace
}  // namespace blip
