#include "core/engine/model_registry.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include "core/base/error.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

// A backend that computes nothing: the registry only keeps it.
class NoBackend final : public Backend {
 public:
  Placement placement() const override { return {"cpu", "float32"}; }
  std::vector<std::shared_ptr<const ImageFeatures>> encode_images(PixelBatch) override { return {}; }
  std::shared_ptr<const ImageFeatures> restore_features(const Matrix&) override { return nullptr; }
  Matrix project_images(std::span<const Clip>) override { return {}; }
  Matrix project_texts(const TokenBatch&) override { return {}; }
  Matrix encode_text(std::span<const std::int64_t>, const Clip*) override { return {}; }
  Matrix match(std::span<const ClipText>) override { return {}; }
  Matrix classify_pairs(std::span<const ClipPairText>) override { return {}; }
  std::vector<float> continuation_losses(const DecodeInput&, const TokenBatch&) override { return {}; }
  std::unique_ptr<Decoding> start_decoding() override { return nullptr; }
};

class ModelRegistryTest : public testing::Test {
 protected:
  static CheckpointOptions at(const std::filesystem::path& path) {
    CheckpointOptions options;
    options.model = path.string();
    return options;
  }
  static CheckpointOptions tiny() { return at(golden_dir() / "hf-caption-tiny"); }

  std::atomic<int> loads_ = 0;
  ModelRegistry registry_{[this](const Checkpoint& checkpoint, const BackendOptions&) {
    EXPECT_FALSE(checkpoint.tensors.empty());
    ++loads_;
    return std::make_unique<NoBackend>();
  }};
};

TEST_F(ModelRegistryTest, SharesWhatIsOpenAndForgetsWhatIsNot) {
  auto first = registry_.open(tiny(), {});
  const auto second = registry_.open(tiny(), {});
  EXPECT_EQ(first, second);
  EXPECT_EQ(loads_, 1);
  std::weak_ptr<LoadedModel> watch = first;
  first.reset();
  EXPECT_FALSE(watch.expired());
}

TEST_F(ModelRegistryTest, LoadsAgainWhenTheLastUserIsGone) {
  registry_.open(tiny(), {}).reset();
  registry_.open(tiny(), {}).reset();
  EXPECT_EQ(loads_, 2);
}

TEST_F(ModelRegistryTest, OtherSpellingsOfAPathAreTheSameModel) {
  const auto first = registry_.open(tiny(), {});
  CheckpointOptions roundabout = tiny();
  roundabout.model = (golden_dir() / "pth" / ".." / "hf-caption-tiny").string();
  EXPECT_EQ(registry_.open(roundabout, {}), first);
}

TEST_F(ModelRegistryTest, OtherPrecisionsAndSizesAreOtherModels) {
  const auto first = registry_.open(tiny(), {});
  EXPECT_NE(registry_.open(tiny(), {.precision = "bfloat16"}), first);
  CheckpointOptions larger = tiny();
  larger.image_size = 2 * first->checkpoint.config.vision.image_size;
  EXPECT_NE(registry_.open(larger, {}), first);
  EXPECT_EQ(loads_, 3);
}

TEST_F(ModelRegistryTest, OtherInstancesAreOtherModels) {
  const auto first = registry_.open(tiny(), {}), mine = registry_.open(tiny(), {}, "mine");
  EXPECT_NE(first, mine);
  EXPECT_EQ(registry_.open(tiny(), {}, "mine"), mine);
}

TEST_F(ModelRegistryTest, NamesOfTheSamePlaceAreTheSameModel) {
  const auto on_this_machine = [](BackendOptions options) {
    if (options.device == "auto") options.device = "cpu";
    return options;
  };
  ModelRegistry registry([](const Checkpoint&, const BackendOptions&) { return std::make_unique<NoBackend>(); },
                         on_this_machine);
  const auto first = registry.open(tiny(), {});
  EXPECT_EQ(registry.open(tiny(), {.device = "cpu"}), first);
  EXPECT_NE(registry.open(tiny(), {.device = "cuda"}), first);
}

TEST_F(ModelRegistryTest, TensorsAreLeftToTheBackend) {
  EXPECT_TRUE(registry_.open(tiny(), {})->checkpoint.tensors.empty());
}

TEST_F(ModelRegistryTest, AnErrorIsNotRemembered) {
  const TempDir dir;
  const CheckpointOptions missing = at(dir / "model");
  EXPECT_THROW(registry_.open(missing, {}), Error);
  EXPECT_THROW(registry_.open(missing, {}), Error);
  std::filesystem::copy(golden_dir() / "hf-caption-tiny", dir / "model");
  EXPECT_NE(registry_.open(missing, {}), nullptr);
}

TEST_F(ModelRegistryTest, AVocabularyOfAnotherSizeIsRefused) {
  const TempDir dir;
  std::filesystem::copy(golden_dir() / "hf-caption-tiny", dir / "model");
  std::ofstream(dir / "model" / "vocab.txt", std::ios::app) << "extra\n";
  try {
    registry_.open(at(dir / "model"), {});
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
    EXPECT_NE(std::string(error.what()).find("vocab"), std::string::npos) << error.what();
  }
  EXPECT_EQ(loads_, 0);
}

TEST_F(ModelRegistryTest, Blip2HasTheTokenizersThatItsPartsRead) {
  const auto opt = registry_.open(at(golden2_dir() / "hf-blip2-opt-tiny"), {}),
             t5 = registry_.open(at(golden2_dir() / "hf-blip2-t5-tiny"), {}),
             matcher = registry_.open(at(golden2_dir() / "hf-blip2-itm-tiny"), {});
  ASSERT_NE(opt->language, nullptr);
  EXPECT_EQ(opt->language->kind(), LanguageTokenizerKind::kByteBpe);
  EXPECT_FALSE(opt->tokenizer.has_value());
  EXPECT_EQ(opt->end_token(), opt->checkpoint.config.blip2->language.end_token);
  EXPECT_EQ(opt->pad_token(), opt->checkpoint.config.blip2->language.pad_token);
  ASSERT_NE(t5->language, nullptr);
  EXPECT_EQ(t5->language->kind(), LanguageTokenizerKind::kSentencePiece);
  EXPECT_EQ(t5->end_token(), t5->checkpoint.config.blip2->language.end_token);
  EXPECT_EQ(matcher->language, nullptr);
  ASSERT_TRUE(matcher->tokenizer.has_value());
  EXPECT_EQ(matcher->tokenizer->vocabulary().special().encode, -1);
}

TEST_F(ModelRegistryTest, ALanguageModelsTokenizerMustFitItsRows) {
  const TempDir dir;
  std::filesystem::copy(golden2_dir() / "hf-blip2-opt-tiny", dir / "model");
  std::ofstream(dir / "model" / "added_tokens.json") << R"({"<more>": 5000})";
  try {
    registry_.open(at(dir / "model"), {});
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
    EXPECT_NE(std::string(error.what()).find("has 5001 ids"), std::string::npos) << error.what();
  }
  EXPECT_EQ(loads_, 0);
}

TEST_F(ModelRegistryTest, TheTokenizerOfTheOtherFamilyIsRefused) {
  const TempDir dir;
  std::filesystem::copy(golden2_dir() / "hf-blip2-opt-tiny", dir / "model");
  for (const char* file : {"vocab.json", "merges.txt", "tokenizer.json"}) std::filesystem::remove(dir / "model" / file);
  std::filesystem::copy(golden2_dir() / "hf-blip2-t5-tiny/spiece.model", dir / "model/spiece.model");
  EXPECT_THROW(registry_.open(at(dir / "model"), {}), Error);
  EXPECT_EQ(loads_, 0);
}

TEST_F(ModelRegistryTest, ManyThreadsGetOneLoad) {
  std::vector<std::shared_ptr<LoadedModel>> found(8);
  std::vector<std::thread> threads;
  for (auto& model : found) threads.emplace_back([&] { model = registry_.open(tiny(), {}); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(loads_, 1);
  for (const auto& model : found) EXPECT_EQ(model, found.front());
}

}  // namespace
}  // namespace blip::test
