#include "core/text/token_padding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::ElementsAre;

const std::vector<std::vector<std::int64_t>> kTexts{{5, 6, 7}, {8}, {}};

TEST(PadTexts, FillsUpOnTheRightByDefault) {
  const TokenBatch batch = pad_texts(kTexts, 9);
  EXPECT_EQ(batch.texts, 3);
  EXPECT_EQ(batch.length, 3);
  EXPECT_THAT(batch.ids, ElementsAre(5, 6, 7, 8, 9, 9, 9, 9, 9));
  EXPECT_THAT(batch.mask, ElementsAre(1, 1, 1, 1, 0, 0, 0, 0, 0));
}

TEST(PadTexts, OrOnTheLeft) {
  const TokenBatch batch = pad_texts(kTexts, 9, PaddingSide::kLeft, 4);
  EXPECT_EQ(batch.length, 4);
  EXPECT_THAT(batch.ids, ElementsAre(9, 5, 6, 7, 9, 9, 9, 8, 9, 9, 9, 9));
  EXPECT_THAT(batch.mask, ElementsAre(0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0));
}

TEST(PadTexts, NothingIsCut) {
  EXPECT_THROW(pad_texts(kTexts, 9, PaddingSide::kRight, 2), Error);
}

TEST(PadTexts, NoTextsGiveAnEmptyArray) {
  EXPECT_EQ(pad_texts({}, 9).texts, 0);
  EXPECT_TRUE(pad_texts({}, 9).ids.empty());
}

}  // namespace
}  // namespace blip
