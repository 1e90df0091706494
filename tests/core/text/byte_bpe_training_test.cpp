#include "core/text/byte_bpe_training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/base/error.h"
#include "core/text/language_tokenizer.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// "aab" five times and "ab" three: a b stands 8 times, a ab then 5 times, and nothing else twice.
TEST(TrainByteBpe, TheMostFrequentPairComesFirst) {
  const std::vector<std::string> texts{"aab\naab\naab", "ab\naab\nab\naab\nab"};
  const ByteBpeTables tables = train_byte_bpe(texts, 262);
  EXPECT_THAT(tables.merges, ElementsAre(Pair("a", "b"), Pair("a", "ab")));
  ASSERT_EQ(tables.tokens.size(), 262u);
  EXPECT_EQ(tables.tokens[260], "ab");
  EXPECT_EQ(tables.tokens[261], "aab");
}

TEST(TrainByteBpe, TheFirstIdsAreOptsAndTheBytesFollowInTheOrderOfTheirCharacters) {
  const std::vector<std::string> texts{"x"};
  const ByteBpeTables tables = train_byte_bpe(texts, 1000);
  ASSERT_EQ(tables.tokens.size(), 260u);
  EXPECT_THAT(std::vector(tables.tokens.begin(), tables.tokens.begin() + 6),
              ElementsAre("<s>", "<pad>", "</s>", "<unk>", "!", "\""));
  EXPECT_EQ(tables.tokens[259], "\xC5\x83");  // U+0143
  EXPECT_TRUE(tables.merges.empty());
}

TEST(TrainByteBpe, EquallyFrequentPairsAreTakenByTheLowerIds) {
  const std::vector<std::string> texts{"zy zy ba ba"};
  const ByteBpeTables tables = train_byte_bpe(texts, 262);
  EXPECT_THAT(tables.merges, ElementsAre(Pair("b", "a"), Pair("z", "y")));
}

TEST(TrainByteBpe, MergesStayInsideOfWords) {
  const std::vector<std::string> texts{"a b a b a b"};
  for (const auto& [left, right] : train_byte_bpe(texts, 300).merges) EXPECT_EQ((left + right).rfind("\xC4\xA0"), 0u);
}

TEST(TrainByteBpe, WhatIsLearntIsWhatTheTokenizerMakesOfTheTexts) {
  const std::vector<std::string> texts{"a red circle above a blue square", "the red square moves left",
                                       "Question: what is red? Answer: a circle."};
  const test::TempDir dir;
  write_byte_bpe(train_byte_bpe(texts, 270), dir.path());
  const auto tokenizer = load_language_tokenizer(dir.path());
  EXPECT_EQ(tokenizer->size(), 270);
  EXPECT_EQ(tokenizer->special().start, 2);
  EXPECT_EQ(tokenizer->special().pad, 1);
  EXPECT_EQ(tokenizer->decode(std::vector{tokenizer->special().end}), "\n");
  for (const std::string& text : texts) {
    const auto ids = tokenizer->encode(text);
    EXPECT_EQ(ids.front(), 2);
    EXPECT_LT(ids.size(), text.size());
    EXPECT_EQ(tokenizer->decode(ids), text);
  }
}

TEST(TrainByteBpe, EqualTextsGiveEqualFiles) {
  const std::vector<std::string> texts{"one two one two three", "three two one"};
  const test::TempDir first, second;
  write_byte_bpe(train_byte_bpe(texts, 280), first.path());
  write_byte_bpe(train_byte_bpe(texts, 280), second.path());
  for (const char* file : {"vocab.json", "merges.txt", "tokenizer_config.json"}) {
    EXPECT_FALSE(bytes_of(first / file).empty()) << file;
    EXPECT_EQ(bytes_of(first / file), bytes_of(second / file)) << file;
  }
}

TEST(TrainByteBpe, BadCallsAreRefused) {
  const std::vector<std::string> texts{"a"}, empty{""};
  EXPECT_THROW(train_byte_bpe(texts, 259), Error);
  EXPECT_THROW(train_byte_bpe(texts, 2'000'000), Error);
  EXPECT_THROW(train_byte_bpe(empty, 300), Error);
  EXPECT_THROW(write_byte_bpe(train_byte_bpe(texts, 260), "/nowhere"), Error);
}

}  // namespace
}  // namespace blip
