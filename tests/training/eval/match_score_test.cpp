#include "training/eval/match_score.h"

#include <gtest/gtest.h>

#include "core/tasks/frame_encoder.h"
#include "tests/training/eval/listed_samples.h"
#include "tests/training/eval/tiny_task.h"
#include "training/eval/live_model.h"

namespace blip {
namespace {

SynthPicture picture(std::string wrong_kind) {
  SynthPicture result;
  result.image = test::plain_image(10, 200, 10);
  result.captions = {"a red ring"};
  result.wrong_caption = "a blue ring";
  result.wrong_kind = std::move(wrong_kind);
  return result;
}

TEST(MatchScore, AHeadThatAlwaysAcceptsIsRightForOwnCaptionsAlone) {
  const Tokenizer tokenizer = test::synth_tokenizer();
  const auto task = test::tiny_task("retrieval", tokenizer);
  {
    const torch::NoGradGuard no_grad;
    test::state_tensor(*task, "itm_head.weight").zero_();
    test::state_tensor(*task, "itm_head.bias").copy_(torch::tensor({0.0F, 1.0F}));
  }
  LoadedModel model = open_live_model(*task, tokenizer);
  const std::vector<SynthPicture> pictures = {picture("colour changed"), picture("other scene"),
                                              picture("other scene")};
  std::vector<Clip> clips;
  for (const SynthPicture& one : pictures) {
    const ImageView view = one.image.view();
    clips.push_back({encode_frames(model, std::span(&view, 1))});
  }
  Figures figures;
  score_matching(model, clips, pictures, "itm", "ITM", figures);
  EXPECT_EQ(figures.find("itm.accuracy")->value, 0.5);
  EXPECT_EQ(figures.find("itm.accuracy")->count, 6);
  EXPECT_EQ(figures.find("itm.own_accepted")->value, 1);
  EXPECT_EQ(figures.find("itm.wrong_rejected")->value, 0);
  EXPECT_EQ(figures.find("itm.one_fact")->count, 2);
  EXPECT_EQ(figures.find("itm.wrong_rejected.other scene")->count, 2);
  EXPECT_EQ(figures.find("itm.own_above")->value, 0);  // equal is not above
}

}  // namespace
}  // namespace blip
