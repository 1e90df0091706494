#include "core/text/language_tokenizer_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class LanguageTokenizerFilesTest : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& name, const std::string& text) const {
    std::ofstream(dir_ / name, std::ios::binary) << text;
    return dir_ / name;
  }
  static std::string complaint(const std::function<void()>& action, ErrorKind kind = ErrorKind::kInvalidData) {
    try {
      action();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      return error.what();
    }
    return "";
  }
  std::string complaint_of_vocab(const std::string& vocab, const std::string& merges = "") const {
    return complaint([&] { read_vocab_and_merges(file("vocab.json", vocab), file("merges.txt", merges)); });
  }
  std::string complaint_of_json(const std::string& text, ErrorKind kind = ErrorKind::kInvalidData) const {
    return complaint([&] { read_tokenizer_json(file("tokenizer.json", text)); }, kind);
  }

  const TempDir dir_;
};

TEST_F(LanguageTokenizerFilesTest, VocabAndMergesAreRead) {
  const auto tables = read_vocab_and_merges(file("vocab.json", R"({"b": 1, "a": 0, "ab": 3})"),
                                            file("merges.txt", "#version: 0.2\r\na b\r\n\n# a"));
  EXPECT_THAT(tables.tokens, ElementsAre("a", "b", "", "ab"));
  EXPECT_THAT(tables.merges, ElementsAre(Pair("a", "b"), Pair("#", "a")));
}

TEST_F(LanguageTokenizerFilesTest, MergesOfATokenizerJsonMayBePairsOrLines) {
  const auto tables = read_tokenizer_json(file("tokenizer.json", R"({"model": {"type": "BPE",
      "vocab": {"a": 0, "b": 1, "ab": 2, "abb": 3}, "merges": ["a b", ["ab", "b"]]}})"));
  EXPECT_THAT(tables.tokens, ElementsAre("a", "b", "ab", "abb"));
  EXPECT_THAT(tables.merges, ElementsAre(Pair("a", "b"), Pair("ab", "b")));
}

TEST_F(LanguageTokenizerFilesTest, NotesComeFromAllFilesTheFirstThatSpeaksCounts) {
  file("special_tokens_map.json", R"({"bos_token": {"content": "<a>"}, "pad_token": "<p>"})");
  file("tokenizer_config.json", R"({"bos_token": "<b>", "unk_token": "<u>", "eos_token": null, "extra_ids": 7})");
  file("added_tokens.json", R"({"<image>": 430})");
  file("tokenizer.json", R"({"added_tokens": [{"id": 2, "content": "</s>"}, {"id": 430, "content": "<image>"}],
      "model": {"vocab": 3}})");
  const TokenizerNotes notes = read_tokenizer_notes(dir_.path());
  EXPECT_EQ(notes.start, "<a>");
  EXPECT_EQ(notes.end, std::nullopt);
  EXPECT_EQ(notes.pad, "<p>");
  EXPECT_EQ(notes.unk, "<u>");
  EXPECT_EQ(notes.extra_ids, 7);
  EXPECT_THAT(notes.added, ElementsAre(Pair("<image>", 430), Pair("</s>", 2)));
}

TEST_F(LanguageTokenizerFilesTest, FilesThatAreNotThereSayNothing) {
  const TokenizerNotes notes = read_tokenizer_notes(dir_.path());
  EXPECT_EQ(notes.start, std::nullopt);
  EXPECT_TRUE(notes.added.empty());
}

TEST_F(LanguageTokenizerFilesTest, DamagedVocabulariesAreRefused) {
  EXPECT_THAT(complaint_of_vocab("{"), HasSubstr("vocab.json' is damaged: it is not valid JSON"));
  EXPECT_THAT(complaint_of_vocab("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(complaint_of_vocab("{}"), HasSubstr("not a list of tokens"));
  EXPECT_THAT(complaint_of_vocab(R"({"a\n": -1})"), HasSubstr("'a?' has no valid id"));
  EXPECT_THAT(complaint_of_vocab(R"({"a": 99999999999})"), HasSubstr("'a' has no valid id"));
  EXPECT_THAT(complaint_of_vocab(R"({"a": 9999999})"), HasSubstr("its 1 tokens have ids up to 9999999"));
  EXPECT_THAT(complaint_of_vocab(R"({"a": 1, "b": 1})"), HasSubstr("share id 1"));
  EXPECT_THAT(complaint_of_vocab(R"({"": 1})"), HasSubstr("empty token"));
  EXPECT_THAT(complaint_of_vocab("{\"\xFF\": 1}"), HasSubstr("vocab.json"));
}

TEST_F(LanguageTokenizerFilesTest, DamagedMergesAreRefused) {
  const std::string vocab = R"({"a": 0})";
  EXPECT_THAT(complaint_of_vocab(vocab, "a b\nab"), HasSubstr("merges.txt' is damaged: merge 2 is 'ab'"));
  EXPECT_THAT(complaint_of_vocab(vocab, "a b c"), HasSubstr("merge 1 is 'a b c', expected two tokens"));
  EXPECT_THAT(complaint_of_vocab(vocab, " b"), HasSubstr("merge 1"));
  EXPECT_THAT(complaint_of_json(R"({"model": {"vocab": {"a": 0}, "merges": [7]}})"), HasSubstr("merge 1 is not two"));
}

TEST_F(LanguageTokenizerFilesTest, OtherTokenizersAreRefused) {
  EXPECT_THAT(complaint_of_json(R"({"model": {"type": "Unigram"}})", ErrorKind::kUnsupported),
              HasSubstr("type \"Unigram\""));
  EXPECT_THAT(complaint_of_json("{}"), HasSubstr("no 'model'"));
  EXPECT_THAT(complaint_of_json(R"({"model": {}})"), HasSubstr("no 'model.vocab'"));
  EXPECT_THAT(complaint_of_json(R"({"model": {"vocab": {"a": 0}}})"), HasSubstr("no list 'model.merges'"));
  EXPECT_THAT(complaint_of_json("{\"model\":" + std::string(500, '[') + std::string(500, ']') + "}"),
              HasSubstr("nested more than 64 deep"));
}

TEST_F(LanguageTokenizerFilesTest, DamagedNotesAreRefused) {
  const auto of_notes = [&] { return complaint([&] { read_tokenizer_notes(dir_.path()); }); };
  file("added_tokens.json", R"({"<image>": "x"})");
  EXPECT_THAT(of_notes(), HasSubstr("added_tokens.json' is damaged: '<image>' has no valid id"));
  file("added_tokens.json", "{}");
  file("tokenizer.json", R"({"added_tokens": [{"id": 1}]})");
  EXPECT_THAT(of_notes(), HasSubstr("lacks 'id' or 'content'"));
  file("tokenizer.json", R"({"added_tokens": 1})");
  EXPECT_THAT(of_notes(), HasSubstr("not a list"));
  file("tokenizer.json", "{}");
  file("tokenizer_config.json", R"({"extra_ids": 99999999})");
  EXPECT_NE(of_notes(), "");
}

TEST_F(LanguageTokenizerFilesTest, AFileThatCannotBeReadIsNamed) {
  EXPECT_THAT(complaint([&] { read_bytes(dir_ / "none"); }, ErrorKind::kFailed), HasSubstr("cannot read"));
}

}  // namespace
}  // namespace blip::test
