#include "training/eval/run_plans.h"

#include <gtest/gtest.h>

#include "core/tasks/answerer.h"
#include "core/tasks/frame_encoder.h"
#include "tests/training/eval/shipped_blip2.h"
#include "training/synth/renderer.h"

namespace blip {
namespace {

// Prompts of different lengths, and more of one length than are decoded at once.
TEST(RunPlans, EachFindsWhatItFindsAlone) {
  const auto model = test::open_shipped_blip2();
  synth::Random random({61});
  RgbImage image;
  synth::SceneRenderer(synth::sample_scene(synth::World::kRich, {}, random)).draw(0.5, image);
  const ImageView view = image.view();
  const Clip clip{encode_frames(*model, std::span(&view, 1))};
  const std::vector<std::string> texts = {"what color is the background?", "how many shapes are there?",
                                          "is there a red circle on the dark background?"};
  std::vector<DecodePlan> plans;
  for (std::size_t i = 0; i < 100; ++i) {
    plans.push_back(plan_answer(*model, texts[i % texts.size()], {}));
    plans.back().input.clip = clip;
  }
  const auto found = run_plans(*model, plans);
  ASSERT_EQ(found.size(), plans.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Answer alone = answer(*model, clip, texts[i]);
    EXPECT_EQ(finish_answer(*model, found[i]).text, alone.text);
    EXPECT_EQ(finish_answer(*model, found[i + 96]).text, alone.text);
  }
}

TEST(RunPlans, NothingGivesNothing) {
  EXPECT_TRUE(run_plans(*test::open_shipped_blip2(), {}).empty());
}

}  // namespace
}  // namespace blip
