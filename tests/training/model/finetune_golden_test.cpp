#include "tests/training/model/golden_run.h"
#include "training/model/blip_retrieval.h"

namespace blip::test {
namespace {

class FinetuneGolden : public testing::TestWithParam<LinearProduct> {};
INSTANTIATE_TEST_SUITE_P(Products, FinetuneGolden,
                         testing::Values(LinearProduct::kLibTorch, LinearProduct::kOneDnnAlways));

TEST_P(FinetuneGolden, CaptionStepAgreesWithTheOriginal) {
  GoldenRun run("caption", GetParam());
  std::string not_found;
  const auto task = make_task(run.options("caption"), run.checkpoint, not_found);
  EXPECT_EQ(not_found, "");
  Batch batch;
  batch.images = run.pictures(run.record.at("images"), batch.side);
  batch.size = static_cast<std::int64_t>(run.record.at("images").size());
  batch.texts = run.tokens("input_ids", "attention_mask");
  // The recorded labels tell how long the prompt is.
  const auto labels = run.arrays.ints("labels");
  std::int64_t prompt = 0;
  while (labels.at(static_cast<std::size_t>(prompt)) == -100) ++prompt;
  ASSERT_GT(prompt, 0);
  batch.prompt_tokens = {prompt};
  run.finish_step(*task, task->step(batch, {}), run.record, true);
  run.compare_weights(*task);
}

TEST_P(FinetuneGolden, VqaStepAgreesWithTheOriginal) {
  GoldenRun run("vqa", GetParam());
  std::string not_found;
  const auto task = make_task(run.options("vqa"), run.checkpoint, not_found);
  EXPECT_EQ(not_found, "");
  Batch batch;
  batch.images = run.pictures(run.record.at("images"), batch.side);
  batch.size = static_cast<std::int64_t>(run.record.at("images").size());
  batch.texts = run.tokens("question_ids", "question_mask");
  batch.answers = run.tokens("answer_ids", "answer_mask");
  batch.answer_counts = run.arrays.ints("n");
  batch.answer_weights = run.arrays.floats("weights");
  run.finish_step(*task, task->step(batch, {}), run.record, true);
  run.compare_weights(*task);
}

TEST_P(FinetuneGolden, NlvrStepAgreesWithTheOriginal) {
  GoldenRun run("nlvr", GetParam());
  std::string not_found;
  const auto task = make_task(run.options("nlvr2"), run.checkpoint, not_found);
  EXPECT_EQ(not_found, "");
  Batch batch;
  batch.images = run.pictures(run.record.at("image0"), batch.side);
  batch.second_images = run.pictures(run.record.at("image1"), batch.side);
  batch.size = static_cast<std::int64_t>(run.record.at("image0").size());
  batch.texts = run.tokens("input_ids", "attention_mask");
  batch.labels = run.arrays.ints("targets");
  run.finish_step(*task, task->step(batch, {}), run.record, true);
  run.compare_weights(*task);
}

TEST_P(FinetuneGolden, RetrievalStepAgreesWithTheOriginal) {
  GoldenRun run("retrieval", GetParam());
  std::string not_found;
  auto options = run.options("retrieval");
  options.queue_size = run.arrays.shape("idx_queue_before").back();
  options.negative_all_rank = run.record.at("negative_all_rank");
  const auto task = make_task(options, run.checkpoint, not_found);
  EXPECT_EQ(not_found, "");
  {
    const torch::NoGradGuard no_grad;
    for (auto& [name, tensor] : task->state()) {
      if (run.arrays.has(name + "_before"))
        tensor.copy_(torch::tensor(run.arrays.ints(name + "_before")).view(tensor.sizes()));
    }
  }
  int asked = 0;
  dynamic_cast<BlipRetrieval&>(*task).set_negatives([&](const torch::Tensor& weights) {
    const char* const kinds[][2] = {{"weights_t2i", "negative_images"}, {"weights_i2t", "negative_texts"}};
    const auto& [drawn_from, chosen] = kinds[asked++];
    const auto wanted = run.record.at(drawn_from).get<std::vector<std::vector<float>>>();
    for (std::size_t row = 0; row < wanted.size(); ++row) {
      EXPECT_TRUE(torch::allclose(weights[static_cast<std::int64_t>(row)], torch::tensor(wanted[row]), 1e-4, 1e-5));
    }
    return torch::tensor(run.record.at(chosen).get<std::vector<std::int64_t>>());
  });
  Batch batch;
  batch.images = run.pictures(run.record.at("images"), batch.side);
  batch.size = static_cast<std::int64_t>(run.record.at("images").size());
  batch.texts = run.tokens("input_ids", "attention_mask");
  batch.image_indices = run.arrays.ints("idx");
  run.finish_step(*task, task->step(batch, {.alpha = run.record.at("alpha")}), run.record, true);
  EXPECT_EQ(asked, 2);
  run.compare_weights(*task);
}

}  // namespace
}  // namespace blip::test
