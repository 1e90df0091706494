#include "core/text/byte_bpe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/text/byte_bpe_training.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The bytes and these tokens, which are the ids from 260 on.
ByteBpeTables tables_with(std::vector<std::pair<std::string, std::string>> merges) {
  const std::vector<std::string> no_merges{"x"};
  ByteBpeTables tables = train_byte_bpe(no_merges, 260);
  for (const auto& [left, right] : merges) tables.tokens.push_back(left + right);
  tables.merges = std::move(merges);
  return tables;
}

std::vector<std::string> pieces(const ByteBpeTables& tables, std::string_view word) {
  std::vector<std::int64_t> ids;
  ByteBpe(tables, "tables").append_ids(word, ids);
  std::vector<std::string> found;
  for (const std::int64_t id : ids) found.push_back(tables.tokens.at(static_cast<std::size_t>(id)));
  return found;
}

std::string complaint(const ByteBpeTables& tables) {
  try {
    const ByteBpe made(tables, "v.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

TEST(ByteBpe, TheEarliestRuleComesFirstWhereverItStands) {
  // "abc": rule 1 is b c, so a b, though further left, finds no b any more.
  EXPECT_THAT(pieces(tables_with({{"b", "c"}, {"a", "b"}}), "abc"), ElementsAre("a", "bc"));
  EXPECT_THAT(pieces(tables_with({{"a", "b"}, {"b", "c"}}), "abc"), ElementsAre("ab", "c"));
}

TEST(ByteBpe, OfOneRuleTheLeftmostPlaceComesFirst) {
  EXPECT_THAT(pieces(tables_with({{"a", "a"}}), "aaaaa"), ElementsAre("aa", "aa", "a"));
}

TEST(ByteBpe, ResultsAreMergedFurther) {
  const auto tables = tables_with({{"l", "o"}, {"lo", "w"}, {"e", "r"}, {"low", "er"}});
  EXPECT_THAT(pieces(tables, "lower"), ElementsAre("lower"));
  EXPECT_THAT(pieces(tables, "lowest"), ElementsAre("low", "e", "s", "t"));
  EXPECT_THAT(pieces(tables, "slower"), ElementsAre("s", "lower"));
}

TEST(ByteBpe, BytesWithoutRulesStandAlone) {
  EXPECT_THAT(pieces(tables_with({}), "a\n\xFF"), ElementsAre("a", "\xC4\x8A", "\xC3\xBF"));
  EXPECT_THAT(pieces(tables_with({}), ""), ElementsAre());
}

// What a merge took is not merged again under its old name.
TEST(ByteBpe, RulesThatAreOutOfDateAreDropped) {
  const auto tables = tables_with({{"a", "b"}, {"b", "a"}, {"ab", "ab"}});
  EXPECT_THAT(pieces(tables, "ababa"), ElementsAre("abab", "a"));
}

TEST(ByteBpe, ALongWordIsNoTrouble) {
  std::vector<std::int64_t> ids;
  ByteBpe(tables_with({{"a", "a"}, {"aa", "aa"}}), "tables").append_ids(std::string(1'000'000, 'a'), ids);
  EXPECT_EQ(ids.size(), 250'000u);
}

TEST(ByteBpe, DamagedTablesAreRefused) {
  auto tables = tables_with({{"a", "b"}});
  tables.tokens[100].clear();
  EXPECT_THAT(complaint(tables), HasSubstr("'v.json' is not a byte-level BPE vocabulary: byte"));
  tables = tables_with({{"a", "b"}});
  tables.tokens.push_back("a");
  EXPECT_THAT(complaint(tables), HasSubstr("'a' stands at"));
  tables = tables_with({{"a", "b"}});
  tables.merges.emplace_back("x", "yz");
  EXPECT_THAT(complaint(tables), HasSubstr("merge 2 needs 'xyz', which is not in the vocabulary"));
  tables.merges = {{"a", "b\n"}};
  EXPECT_THAT(complaint(tables), HasSubstr("merge 1 needs 'ab?'"));
}

}  // namespace
}  // namespace blip
