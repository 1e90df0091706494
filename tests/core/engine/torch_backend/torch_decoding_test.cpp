#include "core/generate/decoder_step.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

// On a tiny captioner: what one sequence gets must not depend on how it is fed nor on who decodes beside it.
class TorchDecodingTest : public testing::Test {
 protected:
  const std::filesystem::path dir_ = golden_dir() / "hf-caption-tiny";
  const std::shared_ptr<LoadedModel> model_ = load_model(dir_);
  const std::vector<Clip> clips_ =
      encode_clips(*model_->backend, Pixels(SafetensorsFile(dir_ / "inputs.safetensors"), "pixel_values"));
  const std::unique_ptr<Decoding> decoding_ = model_->backend->start_decoding();
  const std::int64_t start_ = model_->tokenizer->vocabulary().special().decode;

  std::vector<float> last_logits(const Clip& clip, const std::vector<std::int64_t>& ids, std::size_t prompt) {
    const auto id = decoding_->join({clip, {}, {ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(prompt)}});
    Matrix logits;
    for (std::size_t t = prompt - 1; t < ids.size(); ++t) {
      const RowStep row{id, 0, ids[t]};
      logits = decoding_->step(std::span(&row, 1));
    }
    decoding_->leave(id);
    return logits.values;
  }
};

TEST_F(TorchDecodingTest, APromptIsWorthItsTokensOneByOne) {
  const std::vector<std::int64_t> ids{start_, 41, 50, 105, 20};
  const auto one_by_one = last_logits(clips_[0], ids, 1);
  for (std::size_t prompt = 2; prompt <= ids.size(); ++prompt) {
    EXPECT_LE(max_difference(last_logits(clips_[0], ids, prompt), one_by_one), kLogitTolerance)
        << prompt << " tokens of prompt";
  }
}

TEST_F(TorchDecodingTest, BeamsFollowTheirParents) {
  const auto id = decoding_->join({clips_[0], {}, {start_}});
  const RowStep first{id, 0, start_};
  decoding_->step(std::span(&first, 1));
  const RowStep fork[]{{id, 0, 41}, {id, 0, 50}, {id, 0, 60}};
  decoding_->step(fork);
  const RowStep swapped[]{{id, 2, 70}, {id, 0, 70}};  // row 0 now continues 60, row 1 continues 41; 50 is dropped
  const Matrix logits = decoding_->step(swapped);
  const std::vector<float> from_60(logits.row(0).begin(), logits.row(0).end()),
      from_41(logits.row(1).begin(), logits.row(1).end());
  EXPECT_LE(max_difference(from_60, last_logits(clips_[0], {start_, 60, 70}, 1)), kLogitTolerance);
  EXPECT_LE(max_difference(from_41, last_logits(clips_[0], {start_, 41, 70}, 1)), kLogitTolerance);
}

TEST_F(TorchDecodingTest, SequencesOfDifferentLengthShareAStep) {
  const std::vector<std::int64_t> short_ids{start_, 41}, long_ids{start_, 50, 60, 70};
  const auto a = decoding_->join({clips_[0], {}, short_ids}), b = decoding_->join({clips_[1], {}, long_ids});
  const RowStep together[]{{a, 0, 41}, {b, 0, 70}};
  const Matrix logits = decoding_->step(together);
  const std::vector<float> of_a(logits.row(0).begin(), logits.row(0).end()),
      of_b(logits.row(1).begin(), logits.row(1).end());
  EXPECT_LE(max_difference(of_a, last_logits(clips_[0], short_ids, 1)), kLogitTolerance);
  EXPECT_LE(max_difference(of_b, last_logits(clips_[1], long_ids, 1)), kLogitTolerance);
}

TEST_F(TorchDecodingTest, AClipOfOneFrameTwiceIsThatFrame) {
  const Clip twice{{clips_[0].frames[0], clips_[0].frames[0]}};
  EXPECT_LE(max_difference(last_logits(twice, {start_, 41}, 1), last_logits(clips_[0], {start_, 41}, 1)),
            kLogitTolerance);
}

TEST_F(TorchDecodingTest, BrokenContractsAreErrors) {
  EXPECT_THROW(decoding_->join({clips_[0], {}, {}}), Error);
  EXPECT_THROW(decoding_->join({Clip{}, {}, {start_}}), Error);
  const RowStep unknown{77, 0, start_};
  EXPECT_THROW(decoding_->step(std::span(&unknown, 1)), Error);
  const auto id = decoding_->join({clips_[0], {}, {start_}});
  const RowStep no_such_row{id, 1, start_}, no_such_token{id, 0, 1 << 20};
  EXPECT_THROW(decoding_->step(std::span(&no_such_row, 1)), Error);
  EXPECT_THROW(decoding_->step(std::span(&no_such_token, 1)), Error);
  decoding_->leave(id);
  EXPECT_THROW(decoding_->step(std::span(&unknown, 1)), Error);
}

}  // namespace
}  // namespace blip::test
