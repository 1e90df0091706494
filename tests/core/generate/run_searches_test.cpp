#include "core/generate/run_searches.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "tests/core/generate/scripted_model.h"

namespace blip {
namespace {

using test::Ids;

// A model of which each input sees its own (question[0] picks it). Watches over the protocol of decoder_step.h.
class ToyDecoding final : public Decoding {
 public:
  explicit ToyDecoding(std::int64_t vocabulary = 40) : vocabulary_(vocabulary) {}

  SequenceId join(const DecodeInput& input) override {
    if (input.prompt.empty()) throw std::logic_error("joined without a prompt");
    const SequenceId id = next_id_ += 7;  // ids need not be indices
    sequences_[id] = {input.question.empty() ? 0u : static_cast<std::uint64_t>(input.question[0]),
                      {Ids(input.prompt.begin(), input.prompt.end() - 1)}};
    return id;
  }

  void step_into(std::span<const RowStep> rows, Matrix& logits) override {
    if (++steps_ == fail_at_step) throw Error(ErrorKind::kFailed, "the model broke");
    most_rows = std::max(most_rows, rows.size());
    logits = Matrix(static_cast<std::int64_t>(rows.size()) + extra_rows, vocabulary_);
    std::map<SequenceId, std::vector<Ids>> next;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const RowStep& row = rows[r];
      if (next.count(row.sequence) != 0 && rows[r - 1].sequence != row.sequence) throw std::logic_error("rows apart");
      const Sequence& sequence = sequences_.at(row.sequence);
      Ids prefix = sequence.seen.at(static_cast<std::size_t>(row.parent));
      prefix.push_back(row.token);
      const auto values = test::hashed_model(vocabulary_, sequence.seed)(prefix);
      std::copy(values.begin(), values.end(), logits.row(static_cast<std::int64_t>(r)).begin());
      next[row.sequence].push_back(std::move(prefix));
    }
    for (auto& [id, seen] : next) sequences_[id].seen = std::move(seen);
  }

  void leave(SequenceId id) override {
    if (sequences_.erase(id) != 1) throw std::logic_error("left twice");
    left_at_step.push_back(steps_);
  }

  std::size_t inside() const { return sequences_.size(); }
  int steps() const { return steps_; }

  int fail_at_step = -1;
  std::int64_t extra_rows = 0;
  std::size_t most_rows = 0;
  std::vector<int> left_at_step;

 private:
  struct Sequence {
    std::uint64_t seed = 0;
    std::vector<Ids> seen;  // per row of the previous step
  };
  std::int64_t vocabulary_;
  std::map<SequenceId, Sequence> sequences_;
  SequenceId next_id_ = 100;
  int steps_ = 0;
};

std::vector<DecodeInput> some_inputs(std::int64_t count) {
  std::vector<DecodeInput> inputs;
  for (std::int64_t i = 0; i < count; ++i)
    inputs.push_back({{}, {1000 + i}, Ids(static_cast<std::size_t>(1 + i % 4), 2)});
  return inputs;
}

std::vector<GenerationOptions> every_kind() {
  GenerationOptions greedy, original, transformers, sampling;
  greedy.num_beams = 1;
  original.beam_scoring = BeamScoring::kOriginal;
  transformers.beam_scoring = BeamScoring::kTransformers;
  transformers.num_return = 2;
  sampling.sample = true;
  sampling.num_return = 3;
  return {greedy, original, transformers, sampling};
}

void expect_equal(const std::vector<GeneratedSequence>& a, const std::vector<GeneratedSequence>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].ids, b[i].ids);
    EXPECT_EQ(a[i].token_logprobs, b[i].token_logprobs);
    EXPECT_EQ(a[i].score, b[i].score);
  }
}

TEST(Generate, GivesEachInputWhatItGetsAlone) {
  const auto inputs = some_inputs(7);
  for (const GenerationOptions& options : every_kind()) {
    ToyDecoding together;
    const auto results = generate(together, inputs, options, 1);
    ASSERT_EQ(results.size(), inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      ToyDecoding alone;
      expect_equal(results[i], generate(alone, {&inputs[i], 1}, options, 1).at(0));
    }
    EXPECT_EQ(together.inside(), 0u);
  }
}

TEST(Generate, StepsAllTogetherAndLetsTheFinishedLeaveAtOnce) {
  const auto inputs = some_inputs(9);
  GenerationOptions options;
  options.num_beams = 1;
  options.min_length = 0;
  ToyDecoding decoding;
  const auto results = generate(decoding, inputs, options, 1);
  EXPECT_EQ(decoding.most_rows, inputs.size());
  std::vector<int> expected(results.size());  // a sequence of n generated tokens takes n steps
  std::transform(results.begin(), results.end(), expected.begin(),
                 [](const auto& result) { return static_cast<int>(result.at(0).token_logprobs.size()); });
  EXPECT_EQ(decoding.steps(), *std::max_element(expected.begin(), expected.end()));
  std::sort(expected.begin(), expected.end());
  EXPECT_NE(expected.front(), expected.back()) << "the inputs should finish at different times";
  EXPECT_EQ(decoding.left_at_step, expected);
}

TEST(Generate, OfNothingIsNothing) {
  ToyDecoding decoding;
  EXPECT_TRUE(generate(decoding, {}, every_kind()[0], 1).empty());
  EXPECT_EQ(decoding.steps(), 0);
}

TEST(Generate, LeavesNothingBehindWhenTheModelFails) {
  for (const GenerationOptions& options : every_kind()) {
    ToyDecoding decoding;
    decoding.fail_at_step = 3;
    EXPECT_THROW(generate(decoding, some_inputs(5), options, 1), Error);
    EXPECT_EQ(decoding.inside(), 0u);
  }
}

TEST(Generate, LeavesNothingBehindWhenAnInputIsRefused) {
  auto inputs = some_inputs(3);
  inputs[2].prompt.assign(50, 2);  // longer than max_length
  ToyDecoding decoding;
  EXPECT_THROW(generate(decoding, inputs, every_kind()[0], 1), Error);
  EXPECT_EQ(decoding.inside(), 0u);
}

TEST(Generate, RefusesLogitsOfAnotherShape) {
  ToyDecoding decoding;
  decoding.extra_rows = 1;
  EXPECT_THROW(generate(decoding, some_inputs(2), every_kind()[0], 1), Error);
  ToyDecoding small(5);
  EXPECT_THROW(generate(small, some_inputs(2), every_kind()[0], /*sep=*/5), Error);
  EXPECT_EQ(small.inside(), 0u);
}

}  // namespace
}  // namespace blip
