#include "core/engine/packed_backend/blip2/sequence_starts.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/engine/packed_backend/blip2/blip2_packed_backend.h"
#include "tests/support/golden_blip2.h"

namespace blip::test {
namespace {

using Ids = std::vector<std::int64_t>;

class SequenceStartsTest : public testing::Test {
 protected:
  struct Asked {
    const Blip2Golden golden;
    const Clip clip = golden.clips().at(0);
    const std::unique_ptr<Decoding> decoding = golden.backend->start_decoding();
    std::uint64_t made = 0, shared = 0;  // by the last question

    explicit Asked(const char* folder) : golden(folder) {}
    std::vector<float> ask(const Clip& on, const Ids& ids) {
      const auto& counters = dynamic_cast<const Blip2PackedBackend&>(*golden.backend).prefill();
      const std::uint64_t made_before = counters.made, shared_before = counters.shared;
      const DecodeInput input = golden.input(on, ids);
      const auto id = decoding->join(input);
      made = counters.made - made_before;
      shared = counters.shared - shared_before;
      const RowStep row{id, 0, input.prompt.back()};
      auto logits = decoding->step(std::span(&row, 1)).values;
      decoding->leave(id);
      return logits;
    }
    std::uint64_t queries() const { return static_cast<std::uint64_t>(golden.sizes().qformer.queries); }
  };
};

TEST_F(SequenceStartsTest, AFurtherQuestionTakesInItsOwnTokensAlone) {
  Asked opt("hf-blip2-opt-tiny");
  opt.ask(opt.clip, {2});
  EXPECT_EQ(opt.made, opt.queries()) << "the last token of a prompt is fed by the first step";
  opt.ask(opt.clip, {2, 40, 41, 42, 43});
  EXPECT_EQ(opt.made, 4U);
  EXPECT_EQ(opt.shared, opt.queries());
  opt.ask(opt.clip, {2, 40, 41, 50, 51, 52});
  EXPECT_EQ(opt.made, 2U) << "50 and 51";
  EXPECT_EQ(opt.shared, opt.queries() + 3);
  opt.ask(opt.clip, {2, 40, 41, 50, 51, 52});
  EXPECT_EQ(opt.made, 0U);
  opt.ask(opt.golden.clips().at(0), {2, 40});
  EXPECT_EQ(opt.shared, 0U) << "features of their own";
}

TEST_F(SequenceStartsTest, ATurnTakesOverTheConversation) {
  Asked opt("hf-blip2-opt-tiny");
  Ids conversation{2};
  std::uint64_t tokens = opt.queries();
  for (std::int64_t turn = 0; turn < 6; ++turn) {
    for (std::int64_t t = 0; t < 7; ++t) conversation.push_back(30 + turn * 7 + t);
    opt.ask(opt.clip, conversation);
    EXPECT_EQ(opt.shared, turn == 0 ? 0 : tokens - 1);
    tokens += turn == 0 ? 8 : 7;
    EXPECT_EQ(opt.made + opt.shared, tokens - 1);
  }
}

// Whatever has been asked before, and whatever was forgotten, the answer is that of a fresh model.
TEST_F(SequenceStartsTest, SharingChangesRoundingOnly) {
  for (const char* folder : {"hf-blip2-opt-tiny", "hf-blip2-t5-tiny"}) {
    Asked busy(folder);
    const std::vector<Ids> questions{{2, 40, 41}, {2, 40, 41, 60, 61}, {2, 40}, {2, 70, 41}, {2, 40, 41, 60, 61}};
    for (const Ids& ids : questions) {
      Asked fresh(folder);
      EXPECT_LE(max_difference(busy.ask(busy.clip, ids), fresh.ask(fresh.clip, ids)), kLogitTolerance) << folder;
    }
    EXPECT_GT(busy.shared, 0U);
    EXPECT_GT(busy.clip.frames[0]->derived_bytes(), 0U);
    busy.clip.frames[0]->drop_derived();
    EXPECT_EQ(busy.clip.frames[0]->derived_bytes(), 0U);
    busy.ask(busy.clip, questions[0]);
    EXPECT_EQ(busy.shared, 0U) << folder;
  }
}

TEST_F(SequenceStartsTest, T5SharesWholePromptsOnly) {
  Asked t5("hf-blip2-t5-tiny");
  t5.ask(t5.clip, {40, 41, 1});
  EXPECT_EQ(t5.made, t5.queries() + 3);
  t5.ask(t5.clip, {40, 41, 42, 1});
  EXPECT_EQ(t5.made, t5.queries() + 4);
  t5.ask(t5.clip, {40, 41, 1});
  EXPECT_EQ(t5.made, 0U);
  EXPECT_EQ(t5.shared, t5.queries() + 3);
}

TEST_F(SequenceStartsTest, FramesOfAClipStandSideBySide) {
  Asked opt("hf-blip2-opt-tiny");
  Clip both = opt.clip;
  both.frames.push_back(opt.golden.clips().at(1).frames.at(0));
  opt.ask(both, {2, 40, 41});
  EXPECT_EQ(opt.made, 2 * opt.queries() + 2);
  opt.ask(opt.clip, {2, 40, 41});
  EXPECT_EQ(opt.shared, 0U) << "another clip";
  opt.ask(both, {2, 40, 42});
  EXPECT_EQ(opt.made, 0U);
}

TEST_F(SequenceStartsTest, APromptLongerThanTheContextNamesBoth) {
  Asked opt("hf-blip2-opt-tiny");
  const std::int64_t positions = opt.golden.sizes().language.max_positions;
  const Ids fits(static_cast<std::size_t>(positions) - opt.queries(), 20);
  EXPECT_NO_THROW(opt.ask(opt.clip, fits));
  Ids longer = fits;
  longer.push_back(20);
  try {
    opt.ask(opt.clip, longer);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    for (const std::size_t number : {longer.size(), static_cast<std::size_t>(positions)})
      EXPECT_NE(std::string(error.what()).find(std::to_string(number)), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace blip::test
