#include "training/capfilt/model_identity.h"

#include <gtest/gtest.h>

#include <vector>

namespace blip {
namespace {

TEST(ModelIdentity, ChangesWithEveryWeight) {
  std::vector<float> small(10, 1), large(1 << 18, 2);
  const auto identity = [&] {
    Checkpoint checkpoint;
    const auto add = [&](const char* name, std::vector<float>& values) {
      TensorView view;
      view.data = values.data();
      view.shape = {static_cast<std::int64_t>(values.size())};
      checkpoint.tensors.emplace(name, view);
    };
    add("a.weight", small);
    add("b.weight", large);
    return model_identity(checkpoint);
  };
  const std::string before = identity();
  EXPECT_EQ(before.size(), 8u);
  EXPECT_EQ(identity(), before);
  small[7] = 1.5;
  EXPECT_NE(identity(), before);
  small[7] = 1;
  for (float& value : large) value += 0.001F;
  EXPECT_NE(identity(), before);
}

TEST(ModelIdentity, ChangesWithNamesAndLayout) {
  Checkpoint checkpoint;
  const std::string captioner = model_identity(checkpoint);
  checkpoint.layout = Layout::kMatcher;
  EXPECT_NE(model_identity(checkpoint), captioner);
}

}  // namespace
}  // namespace blip
