#include "core/checkpoint/float_values.h"

#include <cmath>
#include <limits>

#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

TEST(FloatValues, DecodesBFloat16) {
  EXPECT_EQ(bfloat16_to_float(0x3f80), 1.0F);
  EXPECT_EQ(bfloat16_to_float(0xc040), -3.0F);
  EXPECT_EQ(bfloat16_to_float(0x7f80), std::numeric_limits<float>::infinity());
}

TEST(FloatValues, ReadsTensorsOfAllThreeTypes) {
  EXPECT_EQ(float_values(test::tensor_of({1.5F, -2}, {2})), (std::vector<float>{1.5F, -2}));
  const ByteView halves = test::bytes_of(std::string("\x00\x3c\x00\xc0", 4));
  EXPECT_EQ(float_values({halves.data, DType::kFloat16, {2}, halves.owner}), (std::vector<float>{1, -2}));
  const ByteView brains = test::bytes_of(std::string("\x80\x3f\x40\xc0", 4));
  EXPECT_EQ(float_values({brains.data, DType::kBFloat16, {2}, brains.owner}), (std::vector<float>{1, -3}));
}

TEST(FloatValues, RefusesOtherTypes) {
  TensorView view = test::tensor_of({0}, {1});
  view.dtype = DType::kInt32;
  EXPECT_THAT(test::error_of([&] { float_values(view); }, ErrorKind::kUnsupported), ::testing::HasSubstr("int32"));
}

}  // namespace
}  // namespace blip
