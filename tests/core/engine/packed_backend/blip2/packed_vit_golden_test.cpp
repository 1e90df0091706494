// The image encoder of BLIP-2, whose states a model with a language model does not show, against transformers 5.
#include <gtest/gtest.h>

#include "core/engine/packed_backend/packed_vit.h"
#include "core/kernels/workspace.h"
#include "tests/support/golden_blip2.h"

namespace blip::test {
namespace {

std::vector<float> vision_states(const Checkpoint& checkpoint, const Pixels& pixels) {
  WeightStore weights(checkpoint, nullptr);
  const VisionConfig& vision = checkpoint.config.vision;
  const PackedVit vit(weights, vision, Precision::kFloat32);
  Workspace workspace(1);
  const std::int64_t size = vision.tokens() * vision.width;
  std::vector<float> states(static_cast<std::size_t>(pixels.images * size));
  for (std::int64_t i = 0; i < pixels.images; ++i)
    vit.encode(workspace, pixels.values.data() + i * 3 * pixels.side * pixels.side, states.data() + i * size);
  return states;
}

TEST(PackedVitGolden, StatesInFrontOfTheQFormerAgree) {
  int sizes = 0;
  for (const char* folder : {"hf-blip2-opt-tiny", "hf-blip2-t5-tiny"}) {
    const SafetensorsFile inputs(golden2_dir() / folder / "inputs.safetensors"),
        expected(golden2_dir() / folder / "expected.safetensors");
    for (const std::string& name : inputs.names()) {
      const std::string prefix = "pixel_values";
      if (!name.starts_with(prefix)) continue;
      ++sizes;
      const Pixels pixels(inputs, name);
      CheckpointOptions options;
      options.model = (golden2_dir() / folder).string();
      options.image_size = pixels.side;
      EXPECT_LE(max_difference(vision_states(open_checkpoint(options), pixels),
                               expected.floats("vision_last_hidden_state" + name.substr(prefix.size()))),
                kStateTolerance)
          << folder << ", " << name;
    }
  }
  EXPECT_GT(sizes, 2);
}

}  // namespace
}  // namespace blip::test
