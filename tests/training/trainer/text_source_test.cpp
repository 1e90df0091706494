#include "training/trainer/text_source.h"

#include <gmock/gmock.h>

#include <set>

#include "core/base/error.h"
#include "gtest/gtest.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// Text i has 1 + i % 7 ids, all of them i + 10.
TextSource make_source(std::size_t count, TextSourceOptions options) {
  std::vector<PromptedTokens> texts;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < count; ++i) {
    texts.push_back({std::vector<std::int64_t>(1 + i % 7, static_cast<std::int64_t>(i) + 10), 1});
    ids.push_back("t" + std::to_string(i));
  }
  options.pad = 1;
  return {std::move(texts), std::move(ids), options};
}

TEST(TextSource, AnEpochHoldsEveryTextOnceInWholeBatches) {
  auto source = make_source(23, {.batch_size = 4, .seed = 5});
  EXPECT_EQ(source.batches_per_epoch(), 5);
  for (int epoch = 0; epoch < 2; ++epoch) {
    std::set<std::string> seen;
    for (int i = 0; i < 5; ++i) {
      Batch batch;
      source.next(batch);
      EXPECT_EQ(batch.size, 4);
      seen.insert(batch.ids.begin(), batch.ids.end());
    }
    EXPECT_EQ(seen.size(), 20u);
  }
}

TEST(TextSource, PadsOnTheRightToTheLongest) {
  auto source = make_source(14, {.batch_size = 14, .shuffle = false});
  Batch batch;
  source.next(batch);
  ASSERT_EQ(batch.texts.length, 7);
  EXPECT_EQ(batch.texts.texts, 14);
  EXPECT_EQ(batch.prompt_tokens, std::vector<std::int64_t>(14, 1));
  for (std::size_t row = 0; row < 14; ++row) {
    const auto number = std::stoul(batch.ids[row].substr(1));
    for (std::size_t t = 0; t < 7; ++t) {
      const bool there = t < 1 + number % 7;
      EXPECT_EQ(batch.texts.mask[row * 7 + t], there ? 1 : 0);
      EXPECT_EQ(batch.texts.ids[row * 7 + t], there ? static_cast<std::int64_t>(number) + 10 : 1);
    }
  }
}

TEST(TextSource, TextsOfLikeLengthShareABatch) {
  auto source = make_source(140, {.batch_size = 20, .seed = 1});
  std::int64_t padded = 0, all = 0;
  for (int i = 0; i < 7; ++i) {
    Batch batch;
    source.next(batch);
    all += static_cast<std::int64_t>(batch.texts.mask.size());
    for (const auto kept : batch.texts.mask) padded += kept == 0 ? 1 : 0;
  }
  EXPECT_EQ(padded, 0);
  EXPECT_EQ(all, 20 * (1 + 2 + 3 + 4 + 5 + 6 + 7));
}

TEST(TextSource, GoesOnAnywhereAsIfItHadBegunThere) {
  auto whole = make_source(40, {.batch_size = 4, .seed = 9}), later = make_source(40, {.batch_size = 4, .seed = 9});
  Batch a, b;
  for (int i = 0; i < 14; ++i) whole.next(a);  // the fourth batch of the second epoch
  later.seek(1, 3);
  later.next(b);
  EXPECT_EQ(a.ids, b.ids);
  EXPECT_EQ(a.texts.ids, b.texts.ids);
  auto other = make_source(40, {.batch_size = 4, .seed = 10});
  other.seek(1, 3);
  other.next(b);
  EXPECT_NE(a.ids, b.ids);
}

TEST(TextSource, RanksShareABatch) {
  auto one = make_source(20, {.batch_size = 6, .seed = 2});
  Batch whole, first, second;
  one.next(whole);
  auto left = make_source(20, {.batch_size = 6, .rank = 0, .ranks = 2, .seed = 2});
  auto right = make_source(20, {.batch_size = 6, .rank = 1, .ranks = 2, .seed = 2});
  left.next(first);
  right.next(second);
  first.ids.insert(first.ids.end(), second.ids.begin(), second.ids.end());
  EXPECT_EQ(first.ids, whole.ids);
}

TEST(TextSource, RefusesTooFewTextsAndUnevenShares) {
  EXPECT_THAT([] { make_source(3, {.batch_size = 4}); },
              ThrowsMessage<Error>(HasSubstr("3 texts, but a step needs 4")));
  EXPECT_THAT([] { make_source(7, {.batch_size = 4, .parts = 2}); }, ThrowsMessage<Error>(HasSubstr("needs 8")));
  EXPECT_THAT([] { make_source(8, {.batch_size = 3, .ranks = 2}); }, ThrowsMessage<Error>(HasSubstr("2 processes")));
}

}  // namespace
}  // namespace blip
