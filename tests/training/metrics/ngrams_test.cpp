#include "training/metrics/ngrams.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(Ngrams, WordsEndAtEveryBlankOfUnicode) {
  EXPECT_EQ(split_words("3\u00a01/2\u3000 pears\t\n"), (Words{"3", "1/2", "pears"}));
  EXPECT_TRUE(split_words(" \u2009").empty());
}

TEST(Ngrams, AreCountedByOrder) {
  const auto counts = count_ngrams({"a", "b", "a", "b"});
  EXPECT_EQ(counts[0].at({"a"}), 2);
  EXPECT_EQ(counts[1].at({"a", "b"}), 2);
  EXPECT_EQ(counts[1].at({"b", "a"}), 1);
  EXPECT_EQ(counts[3].size(), 1U);
  EXPECT_TRUE(count_ngrams({"a"})[1].empty());
}

}  // namespace
}  // namespace blip
