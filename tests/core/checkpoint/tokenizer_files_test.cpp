#include "core/checkpoint/tokenizer_files.h"

#include "tests/core/checkpoint/blip2_support.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;
constexpr LanguageModelKind kOpt = LanguageModelKind::kOpt, kT5 = LanguageModelKind::kT5;

class TokenizerFilesTest : public ::testing::Test {
 protected:
  void put(const std::string& name, const std::string& text = "") { test::write_text(dir_ / name, text); }
  std::filesystem::path find(LanguageModelKind kind) { return find_language_tokenizer(dir_.path(), kind); }
  test::TempDir dir_;
};

TEST_F(TokenizerFilesTest, EachFamilyHasItsFiles) {
  EXPECT_TRUE(find(kOpt).empty());
  EXPECT_TRUE(find(kT5).empty());
  put("spiece.model");
  EXPECT_EQ(find(kT5), dir_.path());
  put("vocab.json", test::kSmallBpe);
  put("merges.txt");
  EXPECT_EQ(find(kOpt), dir_.path()) << "both may be there";
  EXPECT_EQ(find(kT5), dir_.path());
}

TEST_F(TokenizerFilesTest, OneFileMayHoldItAll) {
  put("tokenizer.json", R"({"model": {"type": "BPE", "vocab": {"Ċ": 12}}})");
  EXPECT_EQ(find(kOpt), dir_.path());
  EXPECT_EQ(newline_token(dir_.path()), 12);
  EXPECT_THAT(error_of([&] { find(kT5); }), HasSubstr("tokenizer.json ('BPE')"));
  put("tokenizer.json", R"({"model": {"type": "Unigram"}})");
  EXPECT_EQ(find(kT5), dir_.path());
  EXPECT_THAT(error_of([&] { find(kOpt); }), HasSubstr("an OPT needs byte-level BPE"));
}

TEST_F(TokenizerFilesTest, NamesTheTokenizerOfTheOtherFamilyAndHalfOfOne) {
  put("spiece.model");
  EXPECT_THAT(error_of([&] { find(kOpt); }), HasSubstr("spiece.model (SentencePiece): an OPT needs"));
  std::filesystem::remove(dir_ / "spiece.model");
  put("vocab.json", test::kSmallBpe);
  EXPECT_THAT(error_of([&] { find(kOpt); }, ErrorKind::kNotFound), HasSubstr("merges.txt is missing"));
  put("merges.txt");
  EXPECT_THAT(error_of([&] { find(kT5); }), HasSubstr("a T5 needs SentencePiece"));
}

TEST_F(TokenizerFilesTest, TheNewlineIsLookedUpInTheVocabulary) {
  put("vocab.json", test::kSmallBpe);
  EXPECT_EQ(newline_token(dir_.path()), 5);
  for (const char* text : {"{}", R"({"Ċ": -1})", R"({"Ċ": "5"})", R"({"Ċ": 99999999999})", "[]"}) {
    put("vocab.json", text);
    EXPECT_EQ(newline_token(dir_.path()), std::nullopt) << text;
  }
  put("vocab.json", "{");
  EXPECT_THAT(error_of([&] { newline_token(dir_.path()); }), HasSubstr("not valid JSON"));
}

}  // namespace
}  // namespace blip
