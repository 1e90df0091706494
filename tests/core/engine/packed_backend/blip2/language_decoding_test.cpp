#include "core/engine/packed_backend/blip2/language_decoding.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "core/base/error.h"

namespace blip::test {
namespace {

// Attends evenly to all that a row has seen, whose values are the ids: the one logit is their mean. Positions are
// checked against the number of tokens seen.
class MeanDecoder final : public PackedDecoder {
 public:
  explicit MeanDecoder(std::int64_t positions = 0) {
    shape_.layers = 2;
    shape_.width = shape_.vocabulary = 1;
    shape_.positions = positions;
    shape_.self = {{1, 1}, 1, {}};
  }
  const DecoderShape& shape() const override { return shape_; }
  void embed(Workspace&, std::int64_t id, std::int64_t position, float* x) const override {
    *x = static_cast<float>(id);
    last_position = position;
  }
  void run_layer(Workspace&, std::int64_t layer, float* x, std::int64_t rows, RowAttention& attention) const override {
    std::vector<float> qkv(static_cast<std::size_t>(3 * rows)), context(static_cast<std::size_t>(rows));
    for (std::int64_t r = 0; r < rows; ++r) qkv[static_cast<std::size_t>(3 * r + 2)] = x[r];
    attention.attend_self(layer, {qkv.data(), qkv.data() + 1, qkv.data() + 2, 3}, context.data());
    if (layer == 0) means = context;
  }
  void run_head(Workspace&, float*, std::int64_t rows, float* logits) const override {
    std::copy_n(means.begin(), rows, logits);
  }

  mutable std::int64_t last_position = 0;
  mutable std::vector<float> means;

 private:
  DecoderShape shape_;
};

float mean(const std::vector<std::int64_t>& ids) {
  return static_cast<float>(std::accumulate(ids.begin(), ids.end(), std::int64_t{0})) / static_cast<float>(ids.size());
}

class LanguageDecodingTest : public testing::Test {
 protected:
  // Two tokens, 10 and 20, stand in front of every sequence.
  DecodeStart start() const {
    auto prefix = std::make_shared<Prefix>(2, 2, 1);
    for (std::int64_t layer = 0; layer < 2; ++layer) {
      for (std::int64_t t = 0; t < 2; ++t) {
        prefix->row(layer, t)[0] = 0;
        prefix->row(layer, t)[1] = 10 * static_cast<float>(t + 1);
      }
    }
    DecodeStart made;
    made.before.push_back({prefix, 2});
    made.position = 2;
    return made;
  }

  Workspace workspace_{1};
  std::mutex mutex_;
  MeanDecoder decoder_;
  LanguageDecoding decoding_{workspace_, decoder_, [this](const DecodeInput&) { return start(); }, mutex_};
};

// Places are used again and grow many times over; what a beam has seen never changes.
TEST_F(LanguageDecodingTest, BeamsKeepWhatTheyHaveSeenThroughALongSearch) {
  std::mt19937 generator(3);
  const auto one = decoding_.join({{}, {}, {1}}), two = decoding_.join({{}, {}, {1}});
  std::vector<std::vector<std::int64_t>> first{{10, 20}}, second{{10, 20}};
  Matrix logits;
  for (int step = 0; step < 300; ++step) {
    std::vector<RowStep> rows;
    const auto advance = [&](SequenceId id, std::vector<std::vector<std::int64_t>>& beams, std::size_t count) {
      std::vector<std::vector<std::int64_t>> next;
      for (std::size_t r = 0; r < (step == 0 ? 1 : count); ++r) {
        const auto parent = static_cast<std::int64_t>(generator() % beams.size());
        const auto token = static_cast<std::int64_t>(generator() % 50);
        rows.push_back({id, parent, token});
        next.push_back(beams[static_cast<std::size_t>(parent)]);
        next.back().push_back(token);
      }
      beams = next;
    };
    advance(one, first, 5);
    advance(two, second, step % 2 == 0 ? 1 : 3);
    decoding_.step_into(rows, logits);
    ASSERT_EQ(logits.rows, static_cast<std::int64_t>(first.size() + second.size()));
    EXPECT_EQ(decoder_.last_position, 2 + step);
    for (std::size_t r = 0; r < first.size(); ++r) ASSERT_NEAR(logits.values[r], mean(first[r]), 1e-3) << step;
    for (std::size_t r = 0; r < second.size(); ++r)
      ASSERT_NEAR(logits.values[first.size() + r], mean(second[r]), 1e-3) << step;
  }
}

TEST_F(LanguageDecodingTest, BadStepsAreErrorsAndChangeNothing) {
  const auto id = decoding_.join({{}, {}, {1}});
  const auto throws = [&](RowStep row) { EXPECT_THROW(decoding_.step(std::span(&row, 1)), Error); };
  throws({id + 1, 0, 5});
  throws({id, 1, 5});
  throws({id, -1, 5});
  EXPECT_THROW(decoding_.join({{}, {}, {}}), Error);
  const RowStep good{id, 0, 30};
  EXPECT_NEAR(decoding_.step(std::span(&good, 1)).values[0], 20, 1e-4);
}

TEST_F(LanguageDecodingTest, ASequenceEndsWithTheModelsPositions) {
  const MeanDecoder short_one(/*positions=*/4);
  LanguageDecoding decoding(
      workspace_, short_one, [this](const DecodeInput&) { return start(); }, mutex_);
  const RowStep row{decoding.join({{}, {}, {1}}), 0, 3};
  decoding.step(std::span(&row, 1));
  decoding.step(std::span(&row, 1));
  try {
    decoding.step(std::span(&row, 1));
    ADD_FAILURE() << "a fifth token";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("4 positions"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace blip::test
