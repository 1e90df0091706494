#include "training/trainer/tensor_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(TensorBytes, ViewsShareTheNumbersAndKeepThemAlive) {
  TensorView view;
  {
    auto tensor = torch::tensor({1.5F, 2.5F});
    view = view_of(tensor);
    EXPECT_EQ(view.data, tensor.data_ptr());
  }
  EXPECT_EQ(view.shape, std::vector<std::int64_t>{2});
  EXPECT_EQ(static_cast<const float*>(view.data)[1], 2.5F);
}

TEST(TensorBytes, EveryTypeComesBack) {
  for (const auto type : {torch::kFloat64, torch::kFloat32, torch::kFloat16, torch::kBFloat16, torch::kInt64,
                          torch::kInt32, torch::kUInt8, torch::kBool}) {
    const auto tensor = torch::tensor({{0, 1}, {1, 0}}).to(type);
    auto copy = torch::empty_like(tensor);
    copy_into(copy, view_of(tensor.t()), "x");
    EXPECT_TRUE(copy.equal(tensor.t())) << type;
  }
  EXPECT_THROW(view_of(torch::zeros({1}, torch::kComplexFloat)), Error);
}

TEST(TensorBytes, NamesBothSidesOfAWrongShape) {
  const auto view = view_of(torch::zeros({2, 3}));
  EXPECT_THAT([&] { copy_into(torch::zeros({3}), view, "w"); },
              ThrowsMessage<Error>("'w' is float32 [2, 3] but the model needs float32 [3]"));
  EXPECT_THAT(
      [&] {
        copy_into(torch::zeros({2, 3}, torch::kInt64), view, "w");
      },
      ThrowsMessage<Error>(AllOf(HasSubstr("float32 [2, 3]"), HasSubstr("int64 [2, 3]"))));
  EXPECT_EQ(shape_text(view_of(torch::tensor(1.0F))), "float32 scalar");
}

}  // namespace
}  // namespace blip
