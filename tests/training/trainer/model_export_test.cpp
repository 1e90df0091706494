#include "training/trainer/model_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "core/checkpoint/checkpoint.h"
#include "core/text/vocabulary.h"
#include "tests/support/temp_dir.h"
#include "training/model/make_task.h"
#include "training/trainer/tensor_bytes.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

struct Exported {
  explicit Exported(const std::string& task, bool half = false) {
    std::ofstream(folder / "vocab.txt") << "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n";
    const Vocabulary vocabulary = Vocabulary::load(folder / "vocab.txt");
    ModelConfig config;
    config.vision = {.width = 16, .depth = 1, .heads = 2, .mlp_width = 32, .image_size = 16, .patch_size = 8};
    config.text = {
        .vocab_size = vocabulary.size(), .width = 16, .depth = 1, .heads = 2, .ffn_width = 32, .max_positions = 8};
    config.embed_width = 8;
    TaskOptions task_options{.task = task, .queue_size = 4, .tokens = vocabulary.special()};
    made = make_task(task_options, config);
    for (const auto& [name, tensor] : made->state()) tensors.emplace(name, view_of(tensor));
    options = {.config = made->config(), .layout = made->layout(), .vocab = folder / "vocab.txt", .half = half};
    export_model(tensors, this->options, folder / "out");
  }

  Checkpoint open(const std::string& name) const {
    return open_checkpoint({.model = (folder / ("out/" + name)).string()});
  }

  // How many of the checkpoint's tensors hold the task's very numbers.
  std::size_t equal_tensors(const Checkpoint& checkpoint) const {
    std::size_t count = 0;
    for (const auto& [name, tensor] : made->state()) {
      const auto found = checkpoint.tensors.find(name);
      if (found == checkpoint.tensors.end()) continue;
      auto copy = torch::empty_like(tensor);
      copy_into(copy, found->second, name);
      count += copy.equal(tensor) ? 1 : 0;
    }
    return count;
  }

  test::TempDir folder;
  std::unique_ptr<TrainingTask> made;
  TensorMap tensors;
  ExportOptions options;
};

TEST(ModelExport, EveryLayoutOpensWithTheTasksNumbers) {
  for (const char* task : {"pretrain", "caption", "retrieval", "vqa", "nlvr2"}) {
    SCOPED_TRACE(task);
    const Exported exported(task);
    const Checkpoint original = exported.open("model.pth");
    EXPECT_EQ(original.layout, exported.made->layout());
    EXPECT_EQ(original.config.vision.heads, 2);
    EXPECT_EQ(exported.equal_tensors(original), original.tensors.size());
    if (std::string(task) == "nlvr2") continue;
    const Checkpoint directory = exported.open("model");
    EXPECT_EQ(directory.layout, exported.made->layout());
    EXPECT_EQ(exported.equal_tensors(directory), directory.tensors.size());
  }
}

TEST(ModelExport, PreTrainingIsAlsoWrittenInTheTwoPartsThatTransformersHas) {
  const Exported exported("pretrain");
  EXPECT_EQ(exported.open("model-captioner").layout, Layout::kCaptioner);
  EXPECT_EQ(exported.open("model-matcher").layout, Layout::kMatcher);
  EXPECT_TRUE(exported.open("model.pth").training_state.contains("image_queue"));
}

TEST(ModelExport, HalfIsFloat16AndHasNoTrainingState) {
  const Exported whole("pretrain"), half("pretrain", true);
  const Checkpoint checkpoint = half.open("model");
  for (const auto& [name, view] : checkpoint.tensors) EXPECT_EQ(view.dtype, DType::kFloat16) << name;
  EXPECT_FALSE(half.open("model.pth").training_state.contains("image_queue"));
  EXPECT_LT(fs::file_size(half.folder / "out/model/model.safetensors"),
            fs::file_size(whole.folder / "out/model/model.safetensors") * 6 / 10);
}

TEST(ModelExport, ReplacesAFormerExport) {
  const Exported exported("caption");
  EXPECT_NO_THROW(export_model(exported.tensors, exported.options, exported.folder / "out"));
  EXPECT_EQ(exported.open("model").layout, Layout::kCaptioner);
}

TEST(ModelExport, NamesWhatIsMissing) {
  Exported exported("caption");
  exported.tensors.erase("visual_encoder.norm.weight");
  EXPECT_THAT([&] { export_model(exported.tensors, exported.options, exported.folder / "other"); },
              ThrowsMessage<Error>(HasSubstr("visual_encoder.norm.weight")));
  EXPECT_FALSE(fs::exists(exported.folder / "other/model.pth"));
}

}  // namespace
}  // namespace blip
