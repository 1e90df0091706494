#include "core/checkpoint/tensor_map.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(CheckedByteCount, MultipliesSizesAndElement) {
  EXPECT_EQ(checked_byte_count(DType::kFloat16, {2, 3}), 12u);
  EXPECT_EQ(checked_byte_count(DType::kInt64, {}), 8u);
  EXPECT_EQ(checked_byte_count(DType::kFloat32, {0, INT64_MAX}), 0u);
}

TEST(CheckedByteCount, HasNoAnswerForNegativeOrOverflowingShapes) {
  EXPECT_EQ(checked_byte_count(DType::kFloat32, {-1}), std::nullopt);
  EXPECT_EQ(checked_byte_count(DType::kFloat32, {std::int64_t{1} << 61}), std::nullopt);
  EXPECT_EQ(checked_byte_count(DType::kUInt8, {std::int64_t{1} << 32, std::int64_t{1} << 31}), std::nullopt);
}

}  // namespace
}  // namespace blip
