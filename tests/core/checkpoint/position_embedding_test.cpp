#include "core/checkpoint/position_embedding.h"

#include <cmath>

#include "core/checkpoint/torch_reader.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/golden.h"
#include "tests/support/safetensors_file.h"

namespace blip {
namespace {

using ::testing::HasSubstr;

TEST(PositionEmbedding, KeepsTheClassRowAndTheGridThatFits) {
  std::vector<float> values;
  for (int i = 0; i < 10 * 2; ++i) values.push_back(static_cast<float>(i * i % 17));
  const auto result = interpolate_position_embedding(test::tensor_of(values, {1, 10, 2}), 3);
  EXPECT_EQ(result.shape, (std::vector<std::int64_t>{1, 10, 2}));
  EXPECT_EQ(test::floats_of(result), values);
}

// From 2 to 4 positions a side, the targets lie at -0.25, 0.25, 0.75 and 1.25. With a = -0.75 the cubic weights of the
// taps at distances 1.25, 0.25, 0.75, 1.75 are, by the formula, -0.10546875, 0.87890625, 0.26171875, -0.03515625.
TEST(PositionEmbedding, UsesPyTorchsCubicWeights) {
  // One channel, [CLS] = 9, values depend on the column only: 0 and 1.
  const auto result = interpolate_position_embedding(test::tensor_of({9, 0, 1, 0, 1}, {1, 5, 1}), 4);
  const std::vector<float> values = test::floats_of(result);
  ASSERT_EQ(values.size(), 17u);
  EXPECT_EQ(values[0], 9);
  // Edges repeat: at -0.25 (t = 0.75 from -1) the tap at 1 has the far weight of distance 1.25; at 0.25 those of
  // distances 0.75 and 1.75.
  const float first = -0.10546875F, second = 0.26171875F - 0.03515625F;
  for (int row = 0; row < 4; ++row) {
    const float* x = values.data() + 1 + 4 * row;
    EXPECT_NEAR(x[0], first, 1e-6);
    EXPECT_NEAR(x[1], second, 1e-6);
    EXPECT_NEAR(x[2], 1 - second, 1e-6);
    EXPECT_NEAR(x[3], 1 - first, 1e-6);
  }
}

TEST(PositionEmbedding, LeavesAConstantConstant) {
  for (const std::int64_t grid : {1, 2, 3, 7, 24}) {
    const auto result =
        interpolate_position_embedding(test::tensor_of(std::vector<float>(10 * 3, 0.7F), {1, 10, 3}), grid);
    for (const float value : test::floats_of(result)) EXPECT_NEAR(value, 0.7F, 1e-6);
  }
}

TEST(PositionEmbedding, TreatsBothAxesAlike) {
  std::vector<float> values(17), transposed(17);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) {
      const float value = std::sin(static_cast<float>(3 * y + x * x));
      values[static_cast<std::size_t>(1 + 4 * y + x)] = value;
      transposed[static_cast<std::size_t>(1 + 4 * x + y)] = value;
    }
  }
  const auto a = test::floats_of(interpolate_position_embedding(test::tensor_of(values, {1, 17, 1}), 6));
  const auto b = test::floats_of(interpolate_position_embedding(test::tensor_of(transposed, {1, 17, 1}), 6));
  for (std::size_t y = 0; y < 6; ++y) {
    for (std::size_t x = 0; x < 6; ++x) EXPECT_NEAR(a[1 + 6 * y + x], b[1 + 6 * x + y], 1e-6);
  }
}

TEST(PositionEmbedding, RefusesWhatIsNoSquare) {
  const auto error = [](std::vector<std::int64_t> shape, std::int64_t grid) {
    return test::error_of(
        [&] { interpolate_position_embedding(test::tensor_of(std::vector<float>(64), std::move(shape)), grid); },
        ErrorKind::kInvalidArgument);
  };
  EXPECT_THAT(error({1, 6, 2}, 3), HasSubstr("6 rows"));
  EXPECT_THAT(error({1, 1, 2}, 3), HasSubstr("1 rows"));
  EXPECT_THAT(error({5, 2}, 3), HasSubstr("expected [1, g*g + 1, width]"));
  EXPECT_THAT(error({1, 5, 2}, 0), HasSubstr("grid of 0"));
}

// The reference names its arrays pos_embed_PIXELS and pos_embed_m_PIXELS.
TEST(PositionEmbeddingGolden, EqualsTheOriginalsLoader) {
  const auto folder = test::golden_dir() / "pth";
  const TensorMap tensors = read_torch_file(folder / "pretrain.pth");
  const test::SafetensorsFile expected(folder / "pretrain.expected.safetensors");
  int cases = 0;
  for (const std::string& name : expected.names()) {
    constexpr std::string_view kPrefix = "pos_embed_";
    if (!name.starts_with(kPrefix)) continue;
    ++cases;
    const std::string source =
        name.starts_with("pos_embed_m_") ? "visual_encoder_m.pos_embed" : "visual_encoder.pos_embed";
    const auto grid =
        static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(expected.shape(name)[1] - 1))));
    const auto result = interpolate_position_embedding(tensors.at(source), grid);
    ASSERT_EQ(result.shape, expected.shape(name)) << name;
    const auto actual = test::floats_of(result), wanted = expected.floats(name);
    for (std::size_t i = 0; i < wanted.size(); ++i) ASSERT_NEAR(actual[i], wanted[i], 1e-6) << name << " at " << i;
  }
  EXPECT_GT(cases, 0);
}

}  // namespace
}  // namespace blip
