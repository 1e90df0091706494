#include "core/text/language_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>

#include "core/base/error.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

using testing::HasSubstr;

std::string complaint(const std::filesystem::path& path, ErrorKind kind) {
  try {
    load_language_tokenizer(path);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  return "";
}

const std::filesystem::path kOpt = "hf-blip2-opt-tiny", kT5 = "hf-blip2-t5-tiny";

TEST(LoadLanguageTokenizer, KindFollowsWhatLiesInTheFolder) {
  EXPECT_EQ(load_language_tokenizer(golden2_dir() / kOpt)->kind(), LanguageTokenizerKind::kByteBpe);
  EXPECT_EQ(load_language_tokenizer(golden2_dir() / kT5)->kind(), LanguageTokenizerKind::kSentencePiece);
}

TEST(LoadLanguageTokenizer, AFileOfATokenizerWillDo) {
  for (const char* name : {"vocab.json", "merges.txt", "tokenizer.json"}) {
    EXPECT_EQ(load_language_tokenizer(golden2_dir() / kOpt / name)->kind(), LanguageTokenizerKind::kByteBpe) << name;
  }
  EXPECT_EQ(load_language_tokenizer(golden2_dir() / kT5 / "spiece.model")->kind(),
            LanguageTokenizerKind::kSentencePiece);
}

TEST(LoadLanguageTokenizer, WhatIsNotThereIsNamed) {
  const TempDir dir;
  EXPECT_THAT(complaint(dir.path(), ErrorKind::kNotFound), HasSubstr("looked for spiece.model (T5)"));
  EXPECT_THAT(complaint(dir / "none", ErrorKind::kNotFound), HasSubstr("none"));
  std::filesystem::copy(golden2_dir() / kOpt / "vocab.json", dir / "vocab.json");
  EXPECT_THAT(complaint(dir.path(), ErrorKind::kNotFound), HasSubstr("needs the merges.txt"));
}

TEST(LoadLanguageTokenizer, DamagedFilesAreNamed) {
  const TempDir dir;
  std::ofstream(dir / "spiece.model") << "nothing";
  EXPECT_THAT(complaint(dir.path(), ErrorKind::kInvalidData), HasSubstr("spiece.model"));
  std::filesystem::remove(dir / "spiece.model");
  std::filesystem::copy(golden2_dir() / kT5 / "tokenizer.json", dir / "tokenizer.json");
  EXPECT_THAT(complaint(dir.path(), ErrorKind::kUnsupported), HasSubstr("spiece.model"));
}

}  // namespace
}  // namespace blip::test
