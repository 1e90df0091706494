#include "core/tasks/open_model.h"

#include <gtest/gtest.h>

#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

TEST(OpenModel, FeaturesGoWithTheLastThatHasItOpen) {
  const auto cache = std::make_shared<FeatureCache>(1 << 24);
  Scheduler scheduler(cache);
  const auto loaded = load_model(golden_dir() / "pth" / "pretrain.pth");
  auto one = std::make_shared<const OpenModel>(loaded, cache, scheduler),
       two = std::make_shared<const OpenModel>(loaded, cache, scheduler);
  EXPECT_EQ(one->served.features_key, two->served.features_key);
  {
    const auto stream = make_engine_stream(one, {});
    const std::vector<std::uint8_t> bytes(12, 5);
    ImageView view;
    view.width = view.height = 2;
    view.planes[0] = bytes.data();
    view.strides[0] = 6;
    ASSERT_TRUE(stream->encode(std::span(&view, 1)).ok());
  }
  one.reset();
  EXPECT_EQ(cache->features(), 1u);
  two.reset();
  EXPECT_EQ(cache->features(), 0u);
}

TEST(OpenModel, FeaturesAreSharedByVisionWeightsDeviceAndPrecision) {
  const auto cache = std::make_shared<FeatureCache>(0);
  Scheduler scheduler(cache);
  const OpenModel model(load_model(golden_dir() / "pth" / "pretrain.pth"), cache, scheduler);
  EXPECT_EQ(model.served.features_key,
            model.abilities.vision_id + "/" + model.loaded->backend->placement().device + "/float32");
  EXPECT_EQ(model.served.sep, model.loaded->tokenizer->vocabulary().special().sep);
}

}  // namespace
}  // namespace blip::test
