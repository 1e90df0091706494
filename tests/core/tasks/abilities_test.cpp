#include "core/tasks/abilities.h"

#include <gtest/gtest.h>

#include <map>

#include "core/base/error.h"

namespace blip::test {
namespace {

Checkpoint of(Layout layout) {
  Checkpoint checkpoint;
  checkpoint.layout = layout;
  checkpoint.path = "some/model.pth";
  checkpoint.weights_id = "0123456789abcdef";
  checkpoint.config.vision.image_size = 384;
  if (layout_parts(layout).qformer) {
    checkpoint.config.blip2.emplace().qformer.queries = 32;
    checkpoint.config.blip2->qformer.width = 768;
  }
  return checkpoint;
}

TEST(Abilities, FollowTheLayout) {
  struct Can {
    bool embed, match, caption, answer;
  };
  const std::map<Layout, Can> table{
      {Layout::kCaptioner, {false, false, true, false}},   {Layout::kMatcher, {true, true, false, false}},
      {Layout::kVqa, {false, false, false, true}},         {Layout::kNlvr, {false, false, false, false}},
      {Layout::kPretrain, {true, true, true, false}},      {Layout::kBlip2Qformer, {true, true, true, false}},
      {Layout::kBlip2Matcher, {true, true, false, false}}, {Layout::kBlip2Opt, {false, false, true, true}},
      {Layout::kBlip2T5, {false, false, true, true}}};
  for (const auto& [layout, can] : table) {
    const Checkpoint checkpoint = of(layout);
    const ModelAbilities abilities = abilities_of(checkpoint);
    EXPECT_EQ(abilities.layout, layout_name(layout));
    EXPECT_EQ(abilities.embed, can.embed) << abilities.layout;
    EXPECT_EQ(abilities.match, can.match) << abilities.layout;
    EXPECT_EQ(abilities.caption, can.caption) << abilities.layout;
    EXPECT_EQ(abilities.answer, can.answer) << abilities.layout;
    EXPECT_EQ(abilities.vision_id, checkpoint.weights_id);
    EXPECT_EQ(abilities.image_size, 384);
    const std::pair<void (*)(const Checkpoint&), bool> checks[]{{need_embeddings, can.embed},
                                                                {need_matching, can.match},
                                                                {need_captions, can.caption},
                                                                {need_answers, can.answer}};
    for (const auto& [need, has] : checks) {
      try {
        need(checkpoint);
        EXPECT_TRUE(has) << abilities.layout;
      } catch (const Error& error) {
        EXPECT_FALSE(has) << error.what();
        EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
        EXPECT_TRUE(std::string(error.what()).starts_with("'some/model.pth' is a " + abilities.layout)) << error.what();
        EXPECT_NE(std::string(error.what()).find(": use a "), std::string::npos) << error.what();
      }
    }
  }
}

TEST(Abilities, OfBlip2) {
  const ModelAbilities matcher = abilities_of(of(Layout::kBlip2Matcher)), opt = abilities_of(of(Layout::kBlip2Opt));
  EXPECT_EQ(matcher.embeddings_per_clip, 32);
  EXPECT_FALSE(matcher.instruct);
  EXPECT_EQ(opt.embeddings_per_clip, 1);
  EXPECT_TRUE(opt.instruct);
  EXPECT_EQ(opt.feature_tokens, 32);  // the queries are all that is kept of a picture
  EXPECT_EQ(opt.feature_width, 768);
  EXPECT_EQ(opt.answer_generation.num_beams, 5);
  EXPECT_EQ(abilities_of(of(Layout::kPretrain)).embeddings_per_clip, 1);
}

TEST(Abilities, PromptsAndHistoryAreForLanguageModels) {
  AnswerOptions options;
  EXPECT_NO_THROW(expect_no_instructions(of(Layout::kVqa), options));
  options.prompt = "{}";
  EXPECT_THROW(expect_no_instructions(of(Layout::kVqa), options), Error);
  options.prompt.clear();
  options.history = {{"what?", "this"}};
  EXPECT_THROW(expect_no_instructions(of(Layout::kVqa), options), Error);
}

}  // namespace
}  // namespace blip::test
