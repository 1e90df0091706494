#include "core/tasks/captioner.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

class CaptionerTest : public testing::Test {
 protected:
  const std::filesystem::path dir_ = golden_dir() / "hf-caption-tiny";
  const std::shared_ptr<LoadedModel> model_ = load_model(dir_);
  const std::vector<Clip> clips_ =
      encode_clips(*model_->backend, Pixels(SafetensorsFile(dir_ / "inputs.safetensors"), "pixel_values"));

  std::string error_of(const CaptionOptions& options) {
    try {
      caption(*model_, clips_, options);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
      return error.what();
    }
    return "no error";
  }
};

TEST_F(CaptionerTest, ThePromptIsPartOfTheIdsAndNotOfTheText) {
  CaptionOptions options;
  for (const std::string prompt : {"a picture of ", "a picture of", ""}) {
    options.prompt = prompt;
    for (const Caption& found : caption(*model_, clips_, options)) {
      const auto whole = model_->tokenizer->decode(found.token_ids);
      EXPECT_EQ(found.token_ids.front(), model_->tokenizer->vocabulary().special().decode);
      EXPECT_EQ(whole, prompt.empty() ? found.text : "a picture of " + found.text);
    }
  }
}

TEST_F(CaptionerTest, LengthsCountThePrompt) {
  CaptionOptions options;
  options.generation.min_length = options.generation.max_length = 12;
  for (const Caption& found : caption(*model_, clips_, options)) EXPECT_EQ(found.token_ids.size(), 12u);
}

TEST_F(CaptionerTest, ConfidenceIsTheGeometricMeanOfTheTokensProbabilities) {
  for (const Caption& found : caption(*model_, clips_, {})) {
    double sum = 0;
    for (const float logprob : found.token_logprobs) sum += logprob;
    EXPECT_EQ(found.token_logprobs.size(), found.token_ids.size() - 4);  // all but [DEC] a picture of
    EXPECT_NEAR(found.confidence, std::exp(sum / static_cast<double>(found.token_logprobs.size())), 1e-6);
  }
}

TEST_F(CaptionerTest, ManyClipsGiveWhatEachGivesAlone) {
  const auto together = caption(*model_, clips_, {});
  ASSERT_EQ(together.size(), clips_.size());
  for (std::size_t i = 0; i < clips_.size(); ++i) {
    EXPECT_EQ(caption(*model_, std::span(&clips_[i], 1), {})[0].token_ids, together[i].token_ids);
  }
}

TEST_F(CaptionerTest, SamplingRepeatsWithItsSeed) {
  CaptionOptions options;
  options.generation.sample = true;
  options.generation.seed = 7;
  const auto first = caption(*model_, clips_, options), second = caption(*model_, clips_, options);
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].token_ids, second[i].token_ids);
}

TEST_F(CaptionerTest, OptionsOutOfRangeAreRefused) {
  CaptionOptions options;
  options.generation.max_length = model_->checkpoint.config.text.max_positions + 1;
  EXPECT_NE(error_of(options).find("positions"), std::string::npos);
  options = {};
  options.generation.num_beams = 0;
  EXPECT_NE(error_of(options).find("num_beams"), std::string::npos);
  options = {};
  options.prompt = "a picture of a picture of a picture of a picture of a picture of a picture of a picture of";
  EXPECT_NE(error_of(options).find("prompt"), std::string::npos);
}

TEST_F(CaptionerTest, ACheckpointWithoutImageDecoderCannotCaption) {
  for (const std::string name : {"itm", "vqa", "nlvr"}) {
    const auto model = load_model(golden_dir() / "pth" / (name + ".pth"));
    try {
      caption(*model, {}, {});
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.what();
    }
  }
}

}  // namespace
}  // namespace blip::test
