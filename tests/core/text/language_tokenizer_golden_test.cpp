// Against the tokenizers of LAVIS (transformers 4, sentencepiece) and transformers 5; where they differ the tests say
// which is followed.
#include <gtest/gtest.h>

#include <string>

#include "core/text/language_tokenizer.h"
#include "core/text/token_padding.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"

namespace blip::test {
namespace {

using Ids = std::vector<std::int64_t>;
using Json = nlohmann::json;

class LanguageTokenizerGolden : public testing::Test {
 protected:
  static std::vector<Json> lines(const std::string& name) {
    return read_json_lines(golden2_dir() / "tokenizers" / (name + ".jsonl"));
  }
  const std::unique_ptr<LanguageTokenizer> opt_ = load_language_tokenizer(golden2_dir() / "hf-blip2-opt-tiny"),
                                           t5_ = load_language_tokenizer(golden2_dir() / "hf-blip2-t5-tiny");
};

TEST_F(LanguageTokenizerGolden, ByteBpeGivesTheSameIds) {
  const auto without_json = load_language_tokenizer(golden2_dir() / "lavis/stage2-opt/llm");  // vocab.json, merges.txt
  for (const Json& line : lines("bpe_cases")) {
    const auto text = line.at("text").get<std::string>();
    EXPECT_EQ(opt_->encode(text), line.at("ids").get<Ids>()) << text;
    EXPECT_EQ(without_json->encode(text), line.at("ids").get<Ids>()) << text;
  }
}

TEST_F(LanguageTokenizerGolden, ByteBpeIdsGiveTheSameText) {
  int cleaned = 0;
  for (const Json& line : lines("bpe_decode")) {
    const auto ids = line.at("ids").get<Ids>();
    const auto text = line.at("text").get<std::string>();
    EXPECT_EQ(opt_->decode(ids), text) << line;
    EXPECT_EQ(opt_->decode(ids, {.skip_special = false}), line.at("text_with_special").get<std::string>()) << line;
    EXPECT_EQ(opt_->decode(ids, {.clean_up = true}), line.value("text_cleaned", text)) << line;
    cleaned += line.contains("text_cleaned") ? 1 : 0;
  }
  EXPECT_GT(cleaned, 0);
}

// The literals that transformers 5 takes for special tokens; without "<image>" where no file names it.
TEST_F(LanguageTokenizerGolden, ByteBpeKnowsSpecialTokensInTexts) {
  const auto without_image = load_language_tokenizer(golden2_dir() / "lavis/stage2-opt/llm");
  for (const Json& line : lines("bpe_special_literals")) {
    const auto text = line.at("text").get<std::string>();
    EXPECT_EQ(opt_->encode(text), line.at("ids").get<Ids>()) << text;
    EXPECT_EQ(without_image->encode(text), line.at("ids_transformers4_slow_without_image_token").get<Ids>()) << text;
  }
}

TEST_F(LanguageTokenizerGolden, SentencePieceGivesTheSameIds) {
  for (const Json& line : lines("sentencepiece_cases")) {
    const auto text = line.at("text").get<std::string>();
    EXPECT_EQ(t5_->encode(text), line.at("ids").get<Ids>()) << text;
  }
}

// By default as transformers 5; with mark_unknown as the library.
TEST_F(LanguageTokenizerGolden, SentencePieceIdsGiveTheSameText) {
  int differ = 0;
  for (const Json& line : lines("sentencepiece_decode")) {
    const auto ids = line.at("ids").get<Ids>();
    const auto text = line.at("text").get<std::string>();
    EXPECT_EQ(t5_->decode(ids, {.mark_unknown = true}), text) << line;
    EXPECT_EQ(t5_->decode(ids), line.value("text_transformers5", text)) << line;
    EXPECT_EQ(t5_->decode(ids, {.clean_up = true, .mark_unknown = true}), line.value("text_cleaned", text)) << line;
    differ += line.contains("text_transformers5") ? 1 : 0;
  }
  EXPECT_GT(differ, 0);
}

TEST_F(LanguageTokenizerGolden, SentencePieceKnowsSpecialTokensInTexts) {
  for (const Json& line : lines("sentencepiece_special_literals")) {
    const auto text = line.at("text").get<std::string>();
    EXPECT_EQ(t5_->encode(text), line.at("ids_transformers5").get<Ids>()) << text;
  }
}

TEST_F(LanguageTokenizerGolden, TextsArePaddedAndCutAlike) {
  for (const Json& line : lines("padded_truncated")) {
    const LanguageTokenizer& tokenizer = line.at("tokenizer") == "bpe" ? *opt_ : *t5_;
    std::vector<Ids> texts;
    for (const auto& text : line.at("texts"))
      texts.push_back(tokenizer.encode(text.get<std::string>(), line.at("max_length").get<std::int64_t>()));
    const PaddingSide side = line.at("padding_side") == "left" ? PaddingSide::kLeft : PaddingSide::kRight;
    const TokenBatch batch = pad_texts(texts, tokenizer.special().pad, side);
    Ids ids, mask;
    for (const auto& row : line.at("input_ids")) ids.insert(ids.end(), row.begin(), row.end());
    for (const auto& row : line.at("attention_mask")) mask.insert(mask.end(), row.begin(), row.end());
    EXPECT_EQ(batch.ids, ids) << line.at("tokenizer") << " " << line.at("padding_side") << " " << line.at("max_length");
    EXPECT_EQ(Ids(batch.mask.begin(), batch.mask.end()), mask);
  }
}

}  // namespace
}  // namespace blip::test
