#include "core/model/view_tensor.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <memory>
#include <vector>

namespace blip {
namespace {

struct Storage {
  alignas(8) std::array<char, 64> bytes{};
};

TEST(ViewTensor, ReadsEveryTypeInPlace) {
  constexpr std::array<std::pair<DType, torch::ScalarType>, 10> kTypes = {{{DType::kFloat64, torch::kFloat64},
                                                                           {DType::kFloat32, torch::kFloat32},
                                                                           {DType::kFloat16, torch::kFloat16},
                                                                           {DType::kBFloat16, torch::kBFloat16},
                                                                           {DType::kInt64, torch::kInt64},
                                                                           {DType::kInt32, torch::kInt32},
                                                                           {DType::kInt16, torch::kInt16},
                                                                           {DType::kInt8, torch::kInt8},
                                                                           {DType::kUInt8, torch::kUInt8},
                                                                           {DType::kBool, torch::kBool}}};
  const auto storage = std::make_shared<Storage>();
  for (const auto& [dtype, scalar] : kTypes) {
    const torch::Tensor tensor = view_tensor({storage->bytes.data(), dtype, {2, 3}, storage});
    EXPECT_EQ(tensor.scalar_type(), scalar);
    EXPECT_EQ(tensor.sizes(), (std::vector<std::int64_t>{2, 3}));
    EXPECT_EQ(tensor.data_ptr(), storage->bytes.data());
    EXPECT_EQ(tensor.element_size(), dtype_size(dtype));
  }
}

TEST(ViewTensor, CopiesWhatIsNotAligned) {
  const auto storage = std::make_shared<Storage>();
  const std::array<float, 2> values = {1.5F, -3.25F};
  std::memcpy(storage->bytes.data() + 1, values.data(), sizeof values);
  const torch::Tensor tensor = view_tensor({storage->bytes.data() + 1, DType::kFloat32, {2}, storage});
  storage->bytes.fill(0);
  EXPECT_TRUE(torch::equal(tensor, torch::tensor({1.5F, -3.25F})));
}

TEST(ViewTensor, KeepsTheMemoryAlive) {
  auto storage = std::make_shared<Storage>();
  const std::weak_ptr<Storage> watch = storage;
  torch::Tensor tensor = view_tensor({storage->bytes.data(), DType::kUInt8, {4}, storage});
  storage.reset();
  EXPECT_FALSE(watch.expired());
  tensor = torch::Tensor();
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace blip
