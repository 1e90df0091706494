#include "core/text/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using ::testing::HasSubstr;

constexpr const char* kSmallest = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n";

std::string error_of(const std::function<void()>& action, ErrorKind kind) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << "one line";
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

TEST(Vocabulary, LinesAreIdsAndTheTwoExtraTokensFollow) {
  const Vocabulary vocabulary = Vocabulary::parse_vocab_txt(kSmallest);
  EXPECT_EQ(vocabulary.size(), 9);
  EXPECT_EQ(vocabulary.find("a"), 5);
  EXPECT_EQ(vocabulary.token(6), "##b");
  EXPECT_EQ(vocabulary.special().decode, 7);
  EXPECT_EQ(vocabulary.special().encode, 8);
  EXPECT_EQ(vocabulary.token(7), "[DEC]");
  EXPECT_EQ(vocabulary.token(8), "[ENC]");
  EXPECT_EQ(vocabulary.find("b"), std::nullopt);
}

TEST(Vocabulary, AQFormersHasNoEncode) {
  const Vocabulary vocabulary = Vocabulary::parse_vocab_txt(kSmallest, "v.txt", AddedTokens::kDecode);
  EXPECT_EQ(vocabulary.size(), 8);
  EXPECT_EQ(vocabulary.special().decode, 7);
  EXPECT_EQ(vocabulary.special().encode, -1);
  EXPECT_EQ(vocabulary.find("[ENC]"), std::nullopt);
  EXPECT_FALSE(vocabulary.is_special(-2));
  EXPECT_NO_THROW(vocabulary.expect_size(8));
  EXPECT_THAT(error_of([&] { vocabulary.expect_size(9); }, ErrorKind::kInvalidData),
              HasSubstr("7 entries + 1 ([DEC]), but the checkpoint's word embeddings have 9 rows"));
}

TEST(Vocabulary, APlaceholderForPicturesIsNoPartOfIt) {
  const std::string json = R"({"added_tokens": [{"id": 6, "content": "<image>"}, {"id": 5, "content": "[DEC]"}],
      "model": {"vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4}}})";
  EXPECT_EQ(Vocabulary::parse_tokenizer_json(json, "t.json", AddedTokens::kDecode).size(), 6);
}

TEST(VocabularyGolden, AQFormersVocabularyFitsItsModel) {
  const auto folder = test::golden2_dir() / "hf-blip2-itm-tiny";
  const std::int64_t rows = nlohmann::json::parse(std::ifstream(folder / "config.json"))
                                .at("qformer_config")
                                .at("vocab_size")
                                .get<std::int64_t>();
  for (const char* name : {"vocab.txt", "tokenizer.json"})
    EXPECT_NO_THROW(Vocabulary::load(folder / name, AddedTokens::kDecode).expect_size(rows)) << name;
}

TEST(Vocabulary, ExtraTokensInTheFileKeepTheirPlaces) {
  const Vocabulary both = Vocabulary::parse_vocab_txt("[DEC]\n[ENC]\n" + std::string(kSmallest));
  EXPECT_EQ(both.size(), 9);
  EXPECT_EQ(both.special().decode, 0);
  EXPECT_EQ(both.special().encode, 1);
  EXPECT_EQ(both.special().pad, 2);
  const Vocabulary one = Vocabulary::parse_vocab_txt("[DEC]\n" + std::string(kSmallest));
  EXPECT_EQ(one.special().decode, 0);
  EXPECT_EQ(one.special().encode, 8);
}

TEST(Vocabulary, AcceptsWindowsLinesByteOrderMarkAndAMissingLastNewline) {
  const Vocabulary vocabulary =
      Vocabulary::parse_vocab_txt("\xEF\xBB\xBF[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\nlast");
  EXPECT_EQ(vocabulary.special().pad, 0);
  EXPECT_EQ(vocabulary.find("last"), 5);
}

TEST(Vocabulary, MovedVocabulariesStillFindTheirTokens) {
  Vocabulary first = Vocabulary::parse_vocab_txt(kSmallest);
  const Vocabulary second = std::move(first);
  EXPECT_EQ(second.find("[SEP]"), 3);
  EXPECT_EQ(second.find("a"), 5);
}

TEST(Vocabulary, KnowsSpecialIds) {
  const Vocabulary vocabulary = Vocabulary::parse_vocab_txt(kSmallest);
  for (std::int64_t id = 0; id < vocabulary.size(); ++id)
    EXPECT_EQ(vocabulary.is_special(id), id != 5 && id != 6) << id;
}

TEST(Vocabulary, RejectsIdsOutsideIt) {
  const Vocabulary vocabulary = Vocabulary::parse_vocab_txt(kSmallest);
  for (const std::int64_t id : {std::int64_t{-1}, std::int64_t{9}}) {
    EXPECT_THAT(error_of([&] { vocabulary.token(id); }, ErrorKind::kInvalidArgument), HasSubstr(std::to_string(id)));
  }
}

TEST(Vocabulary, ReadsTokenizerJson) {
  const auto json =
      R"({"model": {"type": "WordPiece", "vocab": {"[PAD]":0,"[UNK]":1,"a":5,"[CLS]":2,"[SEP]":3,"[MASK]":4}},
                        "added_tokens": [{"id": 0, "content": "[PAD]"}, {"id": 6, "content": "[ENC]"}]})";
  const Vocabulary vocabulary = Vocabulary::parse_tokenizer_json(json);
  EXPECT_EQ(vocabulary.size(), 8);
  EXPECT_EQ(vocabulary.find("a"), 5);
  EXPECT_EQ(vocabulary.special().encode, 6);
  EXPECT_EQ(vocabulary.special().decode, 7);
}

TEST(Vocabulary, RejectsBadVocabTxt) {
  const auto rejected = [](const std::string& text) {
    return error_of([&] { Vocabulary::parse_vocab_txt(text, "v.txt"); }, ErrorKind::kInvalidData);
  };
  EXPECT_THAT(rejected(""), HasSubstr("'v.txt'"));
  EXPECT_THAT(rejected(""), HasSubstr("empty"));
  EXPECT_THAT(rejected("[PAD]\n[UNK]\n[CLS]\n[MASK]\n"), HasSubstr("[SEP]"));
  EXPECT_THAT(rejected(std::string(kSmallest) + "a\n"), HasSubstr("'a' stands at 5 and again at 7"));
  EXPECT_THAT(rejected(std::string(kSmallest) + "\nb\n"), HasSubstr("entry 7 (from 0) is empty"));
  EXPECT_THAT(rejected(std::string(kSmallest) + "\xFF\n"), HasSubstr("entry 7 (from 0) is not UTF-8"));
}

TEST(Vocabulary, RejectsBadTokenizerJson) {
  const auto rejected = [](const std::string& text, ErrorKind kind = ErrorKind::kInvalidData) {
    return error_of([&] { Vocabulary::parse_tokenizer_json(text, "t.json"); }, kind);
  };
  EXPECT_THAT(rejected("{"), HasSubstr("not valid JSON"));
  EXPECT_THAT(rejected("[]"), HasSubstr("no 'model'"));
  EXPECT_THAT(rejected(R"({"model": {"type": "WordPiece"}})"), HasSubstr("no 'model.vocab'"));
  EXPECT_THAT(rejected(R"({"model": {"type": "BPE", "vocab": {}}})", ErrorKind::kUnsupported), HasSubstr("BPE"));
  EXPECT_THAT(rejected(R"({"model": {"continuing_subword_prefix": "@@", "vocab": {}}})", ErrorKind::kUnsupported),
              HasSubstr("@@"));
  EXPECT_THAT(rejected(R"({"model": {"vocab": {}}})"), HasSubstr("empty"));
  EXPECT_THAT(rejected(R"({"model": {"vocab": {"a": -1}}})"), HasSubstr("'a' has no valid id"));
  EXPECT_THAT(rejected(R"({"model": {"vocab": {"a": 1e300}}})"), HasSubstr("'a' has no valid id"));
  EXPECT_THAT(rejected(R"({"model": {"vocab": {"a": 99999999999}}})"), HasSubstr("'a' has no valid id"));
  EXPECT_THAT(rejected(R"({"model": {"vocab": {"a": 0, "b": 0}}})"), HasSubstr("share id 0"));
  EXPECT_THAT(rejected(R"({"model": {"vocab": {"a": 1}}})"), HasSubstr("entry 0 (from 0) is empty"));
  EXPECT_THAT(rejected(R"({"model": {"vocab": {"a": 0}}, "added_tokens": [{"id": 1}]})"), HasSubstr("added_tokens"));
  EXPECT_THAT(rejected(R"({"model": {"vocab": {"a": 0}}, "added_tokens": 3})"), HasSubstr("added_tokens"));
}

TEST(Vocabulary, AnErrorIsOneLineWhateverTheTokenHolds) {
  EXPECT_THAT(error_of([] { Vocabulary::parse_tokenizer_json(R"({"model": {"vocab": {"a\nb": -1}}})"); },
                       ErrorKind::kInvalidData),
              HasSubstr("'a?b'"));
}

TEST(Vocabulary, RejectsDeeplyNestedTokenizerJson) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  for (const std::string& json : {"{\"model\": {\"type\": " + deep + "}}", "{\"added_tokens\": " + deep + "}"}) {
    EXPECT_THAT(error_of([&] { Vocabulary::parse_tokenizer_json(json); }, ErrorKind::kInvalidData), HasSubstr("deep"));
  }
}

TEST(Vocabulary, LoadNamesFilesThatAreNotThere) {
  const test::TempDir dir;
  EXPECT_THAT(error_of([&] { Vocabulary::load(dir / "vocab.txt"); }, ErrorKind::kNotFound), HasSubstr("vocab.txt"));
  EXPECT_THAT(error_of([&] { Vocabulary::load(dir.path()); }, ErrorKind::kInvalidData), HasSubstr("is a directory"));
  std::ofstream(dir / "vocab.txt").close();
  EXPECT_THAT(error_of([&] { Vocabulary::load(dir / "vocab.txt"); }, ErrorKind::kInvalidData), HasSubstr("vocab.txt"));
}

TEST(Vocabulary, ComparesItsSizeWithTheCheckpoint) {
  const Vocabulary vocabulary = Vocabulary::parse_vocab_txt(kSmallest, "v.txt");
  EXPECT_NO_THROW(vocabulary.expect_size(9));
  const std::string message = error_of([&] { vocabulary.expect_size(30524); }, ErrorKind::kInvalidData);
  EXPECT_THAT(message, HasSubstr("'v.txt' has 7 entries + 2"));
  EXPECT_THAT(message, HasSubstr("30524 rows"));
}

TEST(VocabularyGolden, TokenizerJsonEqualsVocabTxt) {
  for (const char* name : {"hf-caption-tiny", "hf-caption-sharded-tiny", "hf-vqa-tiny", "hf-itm-tiny"}) {
    const auto dir = test::golden_dir() / name;
    const Vocabulary from_txt = Vocabulary::load(dir / "vocab.txt"),
                     from_json = Vocabulary::load(dir / "tokenizer.json");
    ASSERT_EQ(from_txt.size(), from_json.size()) << name;
    for (std::int64_t id = 0; id < from_txt.size(); ++id) ASSERT_EQ(from_txt.token(id), from_json.token(id)) << name;
    std::ifstream config(dir / "config.json");
    const auto rows = nlohmann::json::parse(config).at("text_config").at("vocab_size").get<std::int64_t>();
    EXPECT_NO_THROW(from_json.expect_size(rows)) << name;
  }
}

}  // namespace
}  // namespace blip
