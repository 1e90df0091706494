// The trainings of BLIP-2 and its language model through the program: set-up, stored states, resuming, what is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "core/checkpoint/checkpoint.h"
#include "core/text/language_tokenizer.h"
#include "tests/support/golden.h"
#include "tests/training/apps/blip_train_program.h"
#include "tests/training/apps/tiny_world.h"
#include "training/apps/frozen_parts.h"
#include "training/data/shard_reader.h"
#include "training/trainer/metrics_log.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using test::blip_train;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kEnd =
    "seed: 3\nlog_every: 2\noptimizer: {batch_size: 4, lr: 1e-2}\nschedule: {kind: constant, steps: 6, warmup_steps: "
    "0}\ncheckpoints: {every_steps: 2, every_minutes: 0}\n";
constexpr const char* kPictures = "  image_size: 64\n  workers: 1\n  crop: false\n  flip: false\n  features: states\n";
constexpr const char* kQFormer =
    "  qformer: {queries: 2, width: 16, depth: 2, heads: 2, ffn_width: 32, max_positions: 16}\n";

// The image encoder that comes with gst-blip, texts, pictures with prompts, and a recipe for each training.
class Blip2Job : public testing::Test {
 protected:
  Blip2Job() {
    write("texts.jsonl", [](int i) {
      const std::string word = i % 2 == 0 ? "red" : "blue";
      return R"({"text": "a )" + word + R"( picture. Question: what is it? Answer: )" + word + "\"}\n";
    });
    fs::create_directories(world_ / "pictures");
    const auto shard = world_ / "train/000000.tar";
    const ShardIndex index = index_shard(shard);
    for (std::size_t i = 0; i < index.positions.size(); ++i) {
      const ShardSample sample = read_shard_sample(shard, index.positions[i]);
      std::ofstream(world_ / ("pictures/" + std::to_string(i) + ".jpg"), std::ios::binary) << *sample.find("jpg");
    }
    write("prompts.jsonl", [&](int i) {
      const std::string number = std::to_string(i % static_cast<int>(index.positions.size()));
      return R"({"image": "pictures/)" + number + R"(.jpg", "prompt": "Question: what is it? Answer:", "text": ")" +
             (i % 2 == 0 ? "red" : "blue") + "\"}\n";
    });
    recipe("lm",
           "model:\n  language: {width: 16, depth: 1, heads: 2, ffn_width: 32, max_positions: 40, vocab_size: 300}\n"
           "data:\n  train: [{kind: texts, path: texts.jsonl}]\n  val: [{kind: texts, path: texts.jsonl}]\n");
    recipe("blip2-stage1", std::string("model:\n  vocab: vocab.txt\n") + kQFormer +
                               "  embed_width: 8\ndata:\n  train: [{kind: shards, path: train}]\n" + kPictures);
    recipe("blip2-stage2", std::string("model:\n") + kQFormer +
                               "data:\n  train: [{kind: prompts, path: prompts.jsonl}]\n" + kPictures +
                               "  max_tokens: 30\n");
  }

  template <class Line>
  void write(const std::string& name, Line line) {
    std::ofstream file(world_ / name);
    for (int i = 0; i < 12; ++i) file << line(i);
  }
  void recipe(const std::string& task, const std::string& middle) {
    std::ofstream(world_ / (task + ".yaml")) << "task: " << task << "\n" << middle << kEnd;
  }
  test::ProgramResult train(const std::string& task, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {task, world_.recipe(task),      "--data",    world_.path().string(),
                                          "-o", (world_ / task).string(), "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return blip_train(arguments);
  }
  void expect_done(const test::ProgramResult& result) { EXPECT_EQ(result.exit_code, 0) << result.err; }
  std::string path(const std::string& name) { return (world_ / name).string(); }
  // The trainings' usual options, and others.
  std::vector<std::string> seeing(std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--image-encoder", kEncoder});
    return more;
  }

  const std::string kEncoder = (fs::path(BLIP_SOURCE_DIR) / "training/pretrained/pretrain").string();
  test::TinyWorld world_;
};

class Blip2JobSlow : public Blip2Job {};

TEST_F(Blip2Job, FromTextsToAModelThatIsOpened) {
  expect_done(train("lm"));
  const FrozenLanguageModel language = open_language_model(path("lm/model"));
  EXPECT_EQ(language.config.width, 16);
  EXPECT_EQ(language.config.vocab_size, load_language_tokenizer(language.tokenizer)->size());
  EXPECT_LT(read_metrics(path("lm/metrics.jsonl")).back().second.front().second, 6);

  expect_done(train("blip2-stage1", seeing()));
  const Checkpoint first = open_checkpoint({.model = path("blip2-stage1/model")});
  EXPECT_EQ(first.layout, Layout::kBlip2Qformer);
  expect_done(train("blip2-stage2", seeing({"--init", path("blip2-stage1"), "--language-model", path("lm/model")})));
  const Checkpoint second = open_checkpoint({.model = path("blip2-stage2/model")});
  EXPECT_EQ(second.layout, Layout::kBlip2Opt);
  EXPECT_EQ(second.config.blip2->language.end_token, language.config.end_token);
  // The image encoder is BLIP's to the bit.
  const Checkpoint blip = open_checkpoint({.model = kEncoder});
  const std::string name = "visual_encoder.blocks.0.mlp.fc1.weight";
  const auto &before = blip.tensors.at(name), &after = second.tensors.at(name);
  ASSERT_EQ(before.dtype, after.dtype);
  ASSERT_EQ(before.shape, after.shape);
  EXPECT_EQ(std::memcmp(before.data, after.data, static_cast<std::size_t>(before.shape[0] * before.shape[1] * 2)), 0);

  // The Q-Former of stage 1's directory serves as well as its folder.
  expect_done(
      train("blip2-stage2", {"--restart", "--init", path("blip2-stage1/model"), "--language-model", path("lm/model")}));
  expect_done(blip_train({"export", path("blip2-stage2"), "-o", path("half"), "--half"}));
  EXPECT_EQ(open_checkpoint({.model = path("half/model")}).tensors.at(name).dtype, DType::kFloat16);
  expect_done(blip_train({"export", path("lm"), "-o", path("half-lm"), "--half"}));
  EXPECT_EQ(open_language_model(path("half-lm/model")).tensors.begin()->second.dtype, DType::kFloat16);
}

TEST_F(Blip2JobSlow, GoesOnAsIfItHadNotStopped) {
  expect_done(train("lm"));
  for (const std::string task : {"lm", "blip2-stage1", "blip2-stage2"}) {
    std::vector<std::string> more;
    if (task != "lm") more = seeing();
    if (task == "blip2-stage2") more.insert(more.end(), {"--language-model", path("lm/model")});
    const auto with = [&](std::vector<std::string> rest) {
      rest.insert(rest.end(), more.begin(), more.end());
      return rest;
    };
    expect_done(train(task, with({"--restart"})));
    const auto last_losses = [&] {  // of the last log line: step, "loss"
      const auto [step, values] = read_metrics(world_ / task / "metrics.jsonl").back();
      return std::pair{step, values.front()};
    };
    const auto whole = last_losses();
    for (const int step : {6, 5, 4})
      fs::remove_all(world_ / task / ("checkpoints/step-0000000" + std::to_string(step)));
    expect_done(train(task, with({"--resume"})));
    EXPECT_EQ(last_losses(), whole) << task;
  }
}

TEST_F(Blip2JobSlow, StoredStatesAreMadeOnceAndAgainAfterDamage) {
  const std::vector<std::string> vision = seeing({"--restart"});
  const auto written = HasSubstr("writing the states of 12 pictures");
  EXPECT_THAT(train("blip2-stage1", vision).err, written);
  EXPECT_THAT(train("blip2-stage1", vision).err, Not(written));
  const fs::path store = fs::directory_iterator(world_ / "states")->path();
  std::fstream(store, std::ios::in | std::ios::out | std::ios::binary).seekp(5000).put('\x11');
  EXPECT_THAT(train("blip2-stage1", vision).err, AllOf(HasSubstr("is damaged"), written));
  // Without them the losses are the same, but for float16.
  const auto stored = read_metrics(path("blip2-stage1/metrics.jsonl")).back().second;
  auto pixels = vision;
  pixels.insert(pixels.end(), {"--set", "data.features=''"});
  expect_done(train("blip2-stage1", pixels));
  const auto computed = read_metrics(path("blip2-stage1/metrics.jsonl")).back().second;
  EXPECT_NEAR(stored.front().second, computed.front().second, 0.05 * computed.front().second);
}

TEST_F(Blip2Job, SaysWhatDoesNotFitBeforeItBegins) {
  const auto wrong = [&](const std::string& task, const std::vector<std::string>& more, const std::string& what) {
    const auto result = train(task, more);
    EXPECT_NE(result.exit_code, 0) << what;
    EXPECT_THAT(result.err_lines(), Contains(HasSubstr(what)));
    EXPECT_FALSE(fs::exists(world_ / task / "metrics.jsonl"));
  };
  wrong("blip2-stage1", {}, "there is no image encoder; give --image-encoder");
  wrong("blip2-stage2", {"--image-encoder", path("nowhere")}, "nowhere");
  wrong("lm", {"--set", "data.train=[]"}, "the recipe names no texts");
  wrong("lm", {"--set", "data.max_tokens=5", "--set", "data.train=[{kind: texts, path: prompts.jsonl}]"},
        "leaves no room for its text");
  wrong("lm", {"--set", "data.train=[{kind: texts, path: gone.txt}]"}, "gone.txt' does not exist");
  wrong("blip2-stage2", seeing(), "there is no language model; give --language-model");
  wrong("blip2-stage2", seeing({"--language-model", path("train")}), "holds no config.json");
  expect_done(train("lm", {"--set", "model.language.max_positions=20"}));
  wrong("blip2-stage2", seeing({"--language-model", path("lm/model")}),
        "data.max_tokens is 30, but the language model has 20 positions, of which the queries take 2; give at most 18");
  expect_done(train("blip2-stage1", seeing()));
  const std::string narrow = (test::golden2_dir() / "lavis/vision.pth").string();
  wrong("blip2-stage2",
        {"--init", path("blip2-stage1"), "--image-encoder", narrow, "--language-model", path("lm/model"), "--set",
         "data.image_size=56"},
        "reads states of width 96, the image encoder makes 32");
  wrong("blip2-stage2", {"--image-encoder", narrow, "--language-model", path("lm/model")},
        "data.image_size is 64, which is no multiple of the patches of");
  wrong("blip2-stage2",
        {"--image-encoder", narrow, "--language-model", path("lm/model"), "--set", "data.image_size=84"},
        "has positions for 16 patches, but data.image_size 84 makes 36");
}

TEST_F(Blip2JobSlow, TwoProcessesShareABatch) {
  expect_done(train("lm", {"--nproc", "2"}));
  expect_done(train("blip2-stage1", seeing({"--nproc", "2"})));
}

}  // namespace
}  // namespace blip
