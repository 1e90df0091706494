#include "training/eval/conversation_score.h"

#include <gtest/gtest.h>

#include "core/tasks/frame_encoder.h"
#include "tests/training/eval/shipped_blip2.h"
#include "training/synth/renderer.h"

namespace blip {
namespace {

TEST(ConversationScore, CountsTurnsByWhetherTheyNeedTheHistory) {
  const auto model = test::open_shipped_blip2();
  std::vector<SynthPicture> pictures(3);
  std::vector<Clip> clips;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    synth::Random random({71, i});
    const synth::Scene scene = synth::sample_scene(synth::World::kRich, {}, random);
    pictures[i].facts = scene.facts;
    synth::SceneRenderer(scene).draw(0.5, pictures[i].image);
    const ImageView view = pictures[i].image.view();
    clips.push_back({encode_frames(*model, std::span(&view, 1))});
  }
  Figures figures;
  score_conversations(*model, clips, pictures, 4, "chat", "conversations", figures);
  const auto count = [&](const char* key) {
    const Figure* figure = figures.find(key);
    return figure == nullptr ? 0 : figure->count;
  };
  EXPECT_EQ(count("chat"), 12);
  EXPECT_EQ(count("chat.first"), 3);
  EXPECT_EQ(count("chat.alone") + count("chat.follow_up"), 12);
  EXPECT_GE(count("chat.alone"), 3);
  EXPECT_GT(figures.find("chat")->value, 0);

  Figures again;
  score_conversations(*model, clips, pictures, 4, "chat", "conversations", again);
  EXPECT_EQ(again.find("chat")->value, figures.find("chat")->value);
}

}  // namespace
}  // namespace blip
