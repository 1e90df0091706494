#include "core/engine/packed_backend/blip2/language_weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/base/error.h"
#include "core/base/half_float.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

constexpr std::int64_t kIn = 70;

// "up" [20, 70] and "side" [5, 70] in float16, with a bias each; "bare" [3, 70] in float32 without.
Checkpoint layers() {
  Checkpoint checkpoint;
  checkpoint.path = "a model in memory";
  std::mt19937 generator(5);
  std::normal_distribution<float> normal;
  const auto add = [&](const std::string& name, std::vector<std::int64_t> shape, bool half) {
    TensorView view{nullptr, half ? DType::kFloat16 : DType::kFloat32, std::move(shape), nullptr};
    const auto bytes = std::make_shared<std::vector<std::byte>>(view.byte_count());
    for (std::int64_t i = 0; i < view.element_count(); ++i) {
      const float value = normal(generator);
      if (half) {
        reinterpret_cast<std::uint16_t*>(bytes->data())[i] = float_to_half(value);
      } else {
        reinterpret_cast<float*>(bytes->data())[i] = value;
      }
    }
    view.data = bytes->data();
    view.owner = bytes;
    checkpoint.tensors.emplace(name, view);
  };
  add("up.weight", {20, kIn}, true);
  add("up.bias", {20}, true);
  add("side.weight", {5, kIn}, true);
  add("side.bias", {5}, true);
  add("bare.weight", {3, kIn}, false);
  return checkpoint;
}

std::vector<float> run(const StoredLinear& linear) {
  Workspace workspace(1);
  std::vector<float> x(kIn), y(static_cast<std::size_t>(linear.out()));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<float>(i));
  linear.run(workspace, x.data(), 1, y.data());
  return y;
}

TEST(LanguageWeights, AreReadWhereTheyAreStored) {
  const Checkpoint checkpoint = layers();
  WeightStore store(checkpoint, nullptr);
  LanguageWeights weights(store, std::nullopt, std::nullopt, 1);
  EXPECT_EQ(weights.linear("up")->form(), WeightForm::kFloat16);
  EXPECT_EQ(weights.linear("bare")->form(), WeightForm::kFloat32);
  EXPECT_TRUE(store.packed_anew().empty()) << "nothing is copied";
  const auto both = weights.linear(std::vector<std::string>{"up", "side"});
  EXPECT_EQ(both->out(), 25);
  auto expected = run(*weights.linear("up"));
  const auto side = run(*weights.linear("side"));
  expected.insert(expected.end(), side.begin(), side.end());
  EXPECT_EQ(run(*both), expected);
}

TEST(LanguageWeights, QuantisedOnesAreKeptForTheNextStart) {
  const Checkpoint checkpoint = layers();
  const TempDir folder;
  WeightStore first(checkpoint, nullptr);
  LanguageWeights weights(first, WeightForm::kInt4, WeightForm::kInt8, 1);
  const auto made = weights.linear(std::vector<std::string>{"up", "side"});
  EXPECT_EQ(made->form(), WeightForm::kInt4);
  EXPECT_EQ(weights.head("bare")->form(), WeightForm::kInt8);
  EXPECT_EQ(first.packed_anew().size(), 3U);
  PackedFile::write(folder / "kept", "a key", first.packed_anew(), 1);

  WeightStore second(checkpoint, PackedFile::open(folder / "kept", "a key"));
  LanguageWeights again(second, WeightForm::kInt4, WeightForm::kInt8, 1);
  EXPECT_EQ(run(*again.linear(std::vector<std::string>{"up", "side"})), run(*made));
  again.head("bare");
  EXPECT_TRUE(second.packed_anew().empty());
}

TEST(LanguageWeights, OtherTypesAreAnErrorThatNamesTheTensor) {
  Checkpoint checkpoint = layers();
  checkpoint.tensors.at("side.weight").dtype = DType::kInt16;
  WeightStore store(checkpoint, nullptr);
  LanguageWeights weights(store, std::nullopt, std::nullopt, 1);
  try {
    weights.linear("side");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("side"), std::string::npos) << error.what();
  }
}

TEST(RmsNormWeights, DivideByTheRootOfTheMeanSquare) {
  const RmsNormWeights norm{{1, 2, 1, 1}, 0};
  const std::vector<float> x{2, -2, 2, 2, 0, 0, 0, 4};
  std::vector<float> y(x.size());
  norm.run(vector_loops(), x.data(), 2, y.data());
  EXPECT_EQ(y, (std::vector<float>{1, -2, 1, 1, 0, 0, 0, 2}));
}

}  // namespace
}  // namespace blip::test
