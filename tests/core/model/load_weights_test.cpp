#include "core/model/load_weights.h"

#include <gtest/gtest.h>

#include <memory>

#include "core/model/view_tensor.h"
#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

class LoadWeights : public testing::Test {
 protected:
  template <class T>
  TensorView view(std::vector<T> values, DType dtype, std::vector<std::int64_t> shape) {
    const auto owner = std::make_shared<std::vector<T>>(std::move(values));
    return {owner->data(), dtype, std::move(shape), owner};
  }
  std::map<std::string, TensorView> tensors_{{"weight", view<float>({1, 2, 3, 4}, DType::kFloat32, {2, 2})},
                                             {"bias", view<float>({5, 6}, DType::kFloat32, {2})}};
  Linear linear_{2, 2};
};

TEST_F(LoadWeights, TensorsOfTheWantedTypeStayWhereTheyAre) {
  load_weights(*linear_, tensors_, torch::kCPU, torch::kFloat32);
  EXPECT_EQ(linear_->weight.data_ptr(), tensors_.at("weight").data);
  EXPECT_TRUE(torch::equal(linear_->weight, torch::tensor({{1.f, 2.f}, {3.f, 4.f}})));
}

TEST_F(LoadWeights, TheModelKeepsTheirMemoryAlive) {
  const std::weak_ptr<const void> watch = tensors_.at("weight").owner;
  load_weights(*linear_, tensors_, torch::kCPU, torch::kFloat32);
  tensors_.clear();
  EXPECT_FALSE(watch.expired());
  linear_ = Linear(1, 1);
  EXPECT_TRUE(watch.expired());
}

TEST_F(LoadWeights, OtherTypesAreConverted) {
  tensors_["bias"] = view<std::uint16_t>({0x3C00, 0xC000}, DType::kFloat16, {2});  // 1, -2
  load_weights(*linear_, tensors_, torch::kCPU, torch::kFloat32);
  EXPECT_TRUE(torch::equal(linear_->bias, torch::tensor({1.f, -2.f})));
  tensors_["bias"] = view<std::uint16_t>({0x3F80, 0xC000}, DType::kBFloat16, {2});
  load_weights(*linear_, tensors_, torch::kCPU, torch::kBFloat16);
  EXPECT_EQ(linear_->weight.scalar_type(), torch::kBFloat16);
  EXPECT_TRUE(torch::equal(linear_->bias.to(torch::kFloat32), torch::tensor({1.f, -2.f})));
}

TEST_F(LoadWeights, TypesMayDifferByName) {
  tensors_["weight"] = view<std::uint16_t>({0x3C00, 0xC000, 0, 0x3C00}, DType::kFloat16, {2, 2});
  load_weights(*linear_, tensors_, torch::kCPU, [](const std::string& name, const TensorView& stored) {
    return name == "weight" ? scalar_type(stored.dtype) : torch::kFloat32;
  });
  EXPECT_EQ(linear_->weight.scalar_type(), torch::kFloat16);
  EXPECT_EQ(linear_->weight.data_ptr(), tensors_.at("weight").data);
  EXPECT_EQ(linear_->bias.scalar_type(), torch::kFloat32);
}

TEST_F(LoadWeights, UnalignedTensorsAreCopied) {
  const auto bytes = std::make_shared<std::vector<char>>(9);
  const float values[]{7, 8};
  std::memcpy(bytes->data() + 1, values, sizeof values);
  tensors_["bias"] = {bytes->data() + 1, DType::kFloat32, {2}, bytes};
  load_weights(*linear_, tensors_, torch::kCPU, torch::kFloat32);
  EXPECT_TRUE(torch::equal(linear_->bias, torch::tensor({7.f, 8.f})));
}

TEST_F(LoadWeights, MissingAndMisshapenTensorsAreBrokenContracts) {
  auto missing = tensors_;
  missing.erase("bias");
  EXPECT_THROW(load_weights(*linear_, missing, torch::kCPU, torch::kFloat32), c10::Error);
  tensors_["bias"].shape = {1, 2};
  EXPECT_THROW(load_weights(*linear_, tensors_, torch::kCPU, torch::kFloat32), c10::Error);
}

}  // namespace
}  // namespace blip::test
