#include "core/text/wordpiece.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

using Ids = std::vector<std::int64_t>;

class WordPieceTest : public ::testing::Test {
 protected:
  Ids cut(const std::string& word) const {
    Ids ids;
    pieces_.append_ids({word, word.size()}, ids);
    return ids;
  }

  Vocabulary vocabulary_ = Vocabulary::from_tokens({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "surf", "##board",
                                                    "##b", "board", "s", "##s", "\u00e9", "##\u00e9"});
  WordPiece pieces_{vocabulary_};
};

TEST_F(WordPieceTest, TakesTheLongestPieceFirst) {
  EXPECT_EQ(cut("surf"), Ids{5});
  EXPECT_EQ(cut("surfboard"), (Ids{5, 6}));
  EXPECT_EQ(cut("surfboards"), (Ids{5, 6, 10}));
  EXPECT_EQ(cut("surfb"), (Ids{5, 7}));
  EXPECT_EQ(cut("board"), Ids{8});
  EXPECT_EQ(cut("sss"), (Ids{9, 10, 10}));
}

TEST_F(WordPieceTest, CutsBetweenCharactersNotBytes) {
  EXPECT_EQ(cut("s\u00e9\u00e9"), (Ids{9, 12, 12}));
  EXPECT_EQ(cut("\u00e9s"), (Ids{11, 10}));
  EXPECT_EQ(cut("\u00eas"), Ids{1});  // shares its first byte with e acute
}

TEST_F(WordPieceTest, AWordThatCannotBeCutIsUnknownAsAWhole) {
  EXPECT_EQ(cut("surfx"), Ids{1});
  EXPECT_EQ(cut("b"), Ids{1});  // known only inside a word
}

TEST_F(WordPieceTest, AppendsBehindWhatIsThere) {
  Ids ids{2};
  pieces_.append_ids({"surf", 4}, ids);
  pieces_.append_ids({"xx", 2}, ids);
  EXPECT_EQ(ids, (Ids{2, 5, 1}));
}

TEST_F(WordPieceTest, WordsOfMoreThanAHundredCharactersAreUnknown) {
  EXPECT_EQ(cut(std::string(100, 's')).size(), 100u);
  EXPECT_EQ(cut(std::string(101, 's')), Ids{1});
  std::string accented;
  for (int i = 0; i < 100; ++i) accented += "\u00e9";
  Ids ids;
  pieces_.append_ids({accented, 100}, ids);
  EXPECT_EQ(ids.size(), 100u);
}

}  // namespace
}  // namespace blip
