#include "training/model/load_parameters.h"

#include "core/base/error.h"
#include "gtest/gtest.h"

namespace blip {
namespace {

TensorView view_of(const torch::Tensor& tensor, DType dtype) {
  const auto owner = std::make_shared<torch::Tensor>(tensor.contiguous());
  return {owner->data_ptr(), dtype, tensor.sizes().vec(), owner};
}

TEST(LoadParameters, CopiesWhatFitsAndNamesTheRest) {
  Checkpoint checkpoint;
  checkpoint.tensors["a"] = view_of(torch::tensor({1.5f, 2.5f}).to(torch::kFloat16), DType::kFloat16);
  checkpoint.tensors["b"] = view_of(torch::zeros({3}), DType::kFloat32);
  checkpoint.training_state["queue_ptr"] = view_of(torch::tensor({7}, torch::kInt64), DType::kInt64);
  auto a = torch::zeros({2}), b = torch::ones({2}), pointer = torch::zeros({1}, torch::kInt64);
  const auto missing =
      load_parameters({{"a", a}, {"b", b}, {"c", torch::ones({1})}, {"queue_ptr", pointer}}, checkpoint);
  EXPECT_EQ(missing, (std::vector<std::string>{"b", "c"}));
  EXPECT_TRUE(torch::equal(a, torch::tensor({1.5f, 2.5f})));
  EXPECT_TRUE(torch::equal(b, torch::ones({2})));
  EXPECT_EQ(pointer.item<int64_t>(), 7);
}

TEST(LoadParameters, TheTwinCrossAttentionTakesThePlainOneTwice) {
  Checkpoint checkpoint;
  const std::string layer = "text_encoder.encoder.layer.0.crossattention.";
  checkpoint.tensors[layer + "self.key.bias"] = view_of(torch::full({2}, 3.f), DType::kFloat32);
  checkpoint.tensors[layer + "output.dense.bias"] = view_of(torch::full({2}, 4.f), DType::kFloat32);
  auto key = torch::zeros({2}), dense = torch::zeros({2});
  EXPECT_TRUE(
      load_parameters({{layer + "self1.key.bias", key}, {layer + "output.dense0.bias", dense}}, checkpoint).empty());
  EXPECT_EQ(key[0].item<float>(), 3);
  EXPECT_EQ(dense[1].item<float>(), 4);
}

TEST(LoadParameters, RefusesOtherNumbers) {
  Checkpoint checkpoint;
  checkpoint.tensors["a"] = view_of(torch::zeros({2}, torch::kInt8), DType::kInt8);
  EXPECT_THROW(load_parameters({{"a", torch::zeros({2})}}, checkpoint), Error);
}

}  // namespace
}  // namespace blip
