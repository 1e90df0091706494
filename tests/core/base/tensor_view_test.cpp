#include "core/base/tensor_view.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace blip {
namespace {

constexpr DType kAll[] = {DType::kFloat64, DType::kFloat32, DType::kFloat16, DType::kBFloat16, DType::kInt64,
                          DType::kInt32,   DType::kInt16,   DType::kInt8,    DType::kUInt8,    DType::kBool};

TEST(TensorView, CountsElementsAndBytes) {
  TensorView view;
  view.dtype = DType::kFloat16;
  view.shape = {2, 3, 5};
  EXPECT_EQ(view.element_count(), 30);
  EXPECT_EQ(view.byte_count(), 60u);
}

TEST(TensorView, AScalarHasOneElementAndAnEmptyDimensionNone) {
  TensorView view;
  view.dtype = DType::kInt64;
  EXPECT_EQ(view.element_count(), 1);
  EXPECT_EQ(view.byte_count(), 8u);
  view.shape = {4, 0, 7};
  EXPECT_EQ(view.element_count(), 0);
  EXPECT_EQ(view.byte_count(), 0u);
}

TEST(TensorView, NamesEndInTheBitsOfTheirSize) {
  std::set<std::string> names;
  for (const DType dtype : kAll) {
    const std::string name(dtype_name(dtype));
    EXPECT_TRUE(names.insert(name).second) << name;
    if (dtype == DType::kBool) continue;
    const std::string bits = std::to_string(8 * dtype_size(dtype));
    ASSERT_GT(name.size(), bits.size());
    EXPECT_EQ(name.substr(name.size() - bits.size()), bits);
  }
  EXPECT_EQ(dtype_name(DType::kBFloat16), "bfloat16");
  EXPECT_EQ(dtype_size(DType::kBool), 1u);
}

}  // namespace
}  // namespace blip
