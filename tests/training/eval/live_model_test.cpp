#include "training/eval/live_model.h"

#include <gtest/gtest.h>

#include <array>

#include "core/base/error.h"
#include "core/tasks/embedder.h"
#include "tests/training/eval/tiny_task.h"

namespace blip {
namespace {

const std::array kTexts = {std::string("a red ring"), std::string("two blue stars")};

TEST(LiveModel, AsksTheWeightsOfThisMoment) {
  const Tokenizer tokenizer = test::synth_tokenizer();
  const auto task = test::tiny_task("retrieval", tokenizer);
  LoadedModel before = open_live_model(*task, tokenizer);
  const Matrix first = embed_texts(before, kTexts);
  {
    const torch::NoGradGuard no_grad;
    test::state_tensor(*task, "text_proj.weight").neg_();
    test::state_tensor(*task, "text_proj.bias").neg_();
  }
  LoadedModel after = open_live_model(*task, tokenizer);
  const Matrix second = embed_texts(after, kTexts);
  ASSERT_EQ(first.values.size(), 16U);
  for (std::size_t i = 0; i < first.values.size(); ++i) EXPECT_FLOAT_EQ(second.values[i], -first.values[i]);
}

TEST(LiveModel, EveryTaskOpensAndIsLeftAlone) {
  const Tokenizer tokenizer = test::synth_tokenizer();
  for (const char* name : {"pretrain", "caption", "retrieval", "vqa", "nlvr2"}) {
    const auto task = test::tiny_task(name, tokenizer);
    std::vector<torch::Tensor> copies;
    for (const NamedTensor& named : task->state()) copies.push_back(named.tensor.detach().clone());
    const torch::Tensor random = random_state(torch::kCPU);
    const LoadedModel model = open_live_model(*task, tokenizer);
    EXPECT_EQ(model.checkpoint.layout, task->layout()) << name;
    EXPECT_TRUE(torch::equal(random_state(torch::kCPU), random)) << name;
    const auto state = task->state();
    for (std::size_t i = 0; i < state.size(); ++i)
      EXPECT_TRUE(torch::equal(state[i].tensor, copies[i])) << name << " " << state[i].name;
    for (const NamedTensor& parameter : task->parameters())
      EXPECT_TRUE(parameter.tensor.requires_grad()) << name << " " << parameter.name;
  }
}

TEST(LiveModel, AVocabularyOfAnotherSizeIsRefused) {
  const auto task = test::tiny_task("caption", test::synth_tokenizer());
  auto words = synth::word_list();
  words.push_back("zebra");
  EXPECT_THROW(open_live_model(*task, Tokenizer(Vocabulary::from_tokens(words))), Error);
}

}  // namespace
}  // namespace blip
