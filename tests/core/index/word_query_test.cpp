#include "core/index/word_query.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(WordQuery, CutsWordsAtWhatIsNoLetter) {
  EXPECT_EQ(words_of("A man's red-car, No. 5!"), (std::vector<std::string>{"A", "man", "s", "red", "car", "No", "5"}));
  EXPECT_EQ(words_of("Größe  naïve\t日本"), (std::vector<std::string>{"Größe", "naïve", "日本"}));
  EXPECT_TRUE(words_of("").empty());
  EXPECT_TRUE(words_of("\"(*^:-+").empty());
}

TEST(WordQuery, QuotesEveryWord) {
  EXPECT_EQ(all_words_query("red AND (circle*"), R"("red" "AND" "circle")");
  EXPECT_EQ(any_word_query("red \"circle"), R"("red" OR "circle")");
  EXPECT_EQ(all_words_query("?"), "");
  EXPECT_EQ(any_word_query(""), "");
}

TEST(WordQuery, TakesTheFirstWordsOfALongText) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "word" + std::to_string(i) + " ";
  EXPECT_EQ(words_of(text).size(), 64U);
  EXPECT_EQ(words_of(text).back(), "word63");
}

}  // namespace
}  // namespace blip
