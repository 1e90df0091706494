#include "training/model/make_task.h"

#include "core/base/error.h"
#include "gmock/gmock.h"
#include "tests/training/model/small_task.h"

namespace blip {
namespace {

TEST(MakeTask, APretrainedModelGivesItsPartsToEveryTask) {
  torch::manual_seed(1);
  const auto pretrained = make_task(test::small_options("pretrain"), test::small_sizes());
  const Checkpoint checkpoint = test::checkpoint_of(*pretrained);
  const auto source = test::state_of(*pretrained);
  for (const char* name : {"caption", "retrieval", "vqa"}) {
    std::string not_found;
    const auto task = make_task(test::small_options(name), checkpoint, not_found);
    EXPECT_EQ(not_found, "") << name;
    for (const auto& [tensor, values] : test::state_of(*task)) {
      if (!source.contains(tensor)) continue;
      EXPECT_TRUE(torch::equal(values, source.at(tensor))) << name << ": " << tensor;
    }
  }
  std::string not_found;
  make_task(test::small_options("nlvr2"), checkpoint, not_found);
  EXPECT_THAT(not_found, testing::StartsWith("4: cls_head.0.weight, "));
}

TEST(MakeTask, MomentumCopiesThatTheFileLacksAreCopiesOfItsWeights) {
  torch::manual_seed(1);
  const auto pretrained = make_task(test::small_options("pretrain"), test::small_sizes());
  Checkpoint checkpoint = test::checkpoint_of(*pretrained);
  std::erase_if(checkpoint.tensors, [](const auto& item) { return item.first.find("_m.") != std::string::npos; });
  std::string not_found;
  const auto state = test::state_of(*make_task(test::small_options("retrieval"), checkpoint, not_found));
  EXPECT_EQ(not_found, "");
  EXPECT_TRUE(torch::equal(state.at("visual_encoder_m.cls_token"), state.at("visual_encoder.cls_token")));
  EXPECT_TRUE(torch::equal(state.at("text_proj_m.weight"), state.at("text_proj.weight")));
}

TEST(MakeTask, WidthsThatDifferLeaveTheAnswersCrossAttentionNew) {
  auto sizes = test::small_sizes();
  sizes.text.width = 12;
  const auto pretrained = make_task(test::small_options("pretrain"), sizes);
  std::string not_found;
  make_task(test::small_options("vqa"), test::checkpoint_of(*pretrained), not_found);
  // Keys and values of two layers: their weights read 12 numbers now, not 8.
  EXPECT_THAT(not_found, testing::StartsWith("4: text_decoder.bert.encoder.layer.0.crossattention.self.key.weight, "));
}

TEST(MakeTask, RefusesWhatMakesNoModel) {
  const auto message = [](TaskOptions options, ModelConfig sizes) -> std::string {
    try {
      make_task(options, sizes);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  auto options = test::small_options("pretrain");
  auto sizes = test::small_sizes();
  options.task = "captions";
  EXPECT_THAT(message(options, sizes), testing::HasSubstr("no task 'captions'"));
  options.task = "pretrain";
  options.dropout = 1;
  EXPECT_THAT(message(options, sizes), testing::HasSubstr("dropout is 1"));
  options.dropout = 0;
  sizes.vision.heads = 3;
  EXPECT_THAT(message(options, sizes), testing::HasSubstr("8 is no multiple of 3"));
  sizes.vision.heads = 2;
  sizes.text.vocab_size = 0;
  EXPECT_THAT(message(options, sizes), testing::HasSubstr("text.vocab_size is 0"));
  sizes.text.vocab_size = 13;
  sizes.embed_width = 0;
  EXPECT_THAT(message(options, sizes), testing::HasSubstr("embed_width is 0"));
}

}  // namespace
}  // namespace blip
