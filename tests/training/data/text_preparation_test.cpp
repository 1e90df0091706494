#include "training/data/text_preparation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// The vocabulary of small_tokenizer().
constexpr std::int64_t kUnk = 1, kCls = 2, kSep = 3, kA = 5, kPicture = 6, kOf = 7, kCat = 8, kDog = 9, kWhat = 10,
                       kQuestionMark = 11, kYes = 12;

struct Preparation : TextPreparation {
  using TextPreparation::TextPreparation;
  PreparedText prepare(const Sample& sample) const {
    RandomStream random{{1}};
    return TextPreparation::prepare(sample, random);
  }
};

Preparation preparation(const std::string& task) {
  return {test::small_tokenizer(), text_options(task)};
}

Sample sample_of(const std::string& text) {
  Sample sample;
  sample.id = "s1";
  sample.text = text;
  return sample;
}

TEST(TextPreparation, PretrainingCleansTheCaption) {
  EXPECT_THAT(preparation("pretrain").prepare(sample_of(" A Cat. ")).ids, ElementsAre(kCls, kA, kCat, kSep));
  EXPECT_EQ(preparation("pretrain").prompt_tokens(), 0);
}

TEST(TextPreparation, PretrainingKeepsThirtyTokens) {
  std::string text = "cat";
  for (int i = 0; i < 40; ++i) text += " dog";
  const auto ids = preparation("pretrain").prepare(sample_of(text)).ids;
  ASSERT_EQ(ids.size(), 30u);  // of at most 30 words, cut to 28 between [CLS] and [SEP]
  EXPECT_EQ(ids.back(), kSep);
  EXPECT_EQ(preparation("retrieval").prepare(sample_of(text)).ids.size(), 32u);  // 30 words fit into 35 tokens
  EXPECT_EQ(preparation("nlvr2").prepare(sample_of(text)).ids.size(), 42u);      // 40 words, never cut
}

TEST(TextPreparation, CaptionsBeginWithThePrompt) {
  const auto captions = preparation("caption");
  EXPECT_EQ(captions.prompt_tokens(), 4);  // [CLS] a picture of
  EXPECT_THAT(captions.prepare(sample_of("A dog!")).ids, ElementsAre(kCls, kA, kPicture, kOf, kA, kDog, kSep));
}

TEST(TextPreparation, QuestionsKeepTheirMarkAndAnswersAreLeftAsTheyAre) {
  Sample sample = sample_of("What. Cat? ");
  sample.answers = {{"YES", 0.7F}, {"a !dog", 0.3F}};
  const auto prepared = preparation("vqa").prepare(sample);
  EXPECT_THAT(prepared.ids, ElementsAre(kCls, kWhat, kCat, kQuestionMark, kSep));
  ASSERT_EQ(prepared.answers.size(), 2u);
  EXPECT_THAT(prepared.answers[0], ElementsAre(kCls, kYes, kSep));
  EXPECT_THAT(prepared.answers[1], ElementsAre(kCls, kA, kUnk, kDog, kSep));
}

TEST(TextPreparation, NamesTheSampleWithoutText) {
  const auto captions = preparation("caption"), questions = preparation("vqa");
  EXPECT_THAT(error_of([&] { captions.prepare(sample_of(" ... ")); }),
              AllOf(HasSubstr("'s1'"), HasSubstr("nothing is left")));
  EXPECT_THAT(error_of([&] { captions.prepare(sample_of("a \xff")); }), HasSubstr("not UTF-8"));
  EXPECT_THAT(error_of([&] { questions.prepare(sample_of("what?")); }), HasSubstr("no answers"));
  Sample blank = sample_of("what?");
  blank.answers = {{" ", 1}};
  EXPECT_THAT(error_of([&] { questions.prepare(blank); }), HasSubstr("empty answer"));
}

TEST(TextPreparation, RefusesOptionsWithoutRoomForText) {
  EXPECT_THAT(error_of([] { text_options("captions"); }), HasSubstr("must be pretrain, caption"));
  TextOptions options = text_options("caption");
  options.max_tokens = 5;  // [CLS] a picture of [SEP]
  EXPECT_THAT(error_of([&] { TextPreparation(test::small_tokenizer(), options); }), HasSubstr("leave room"));
  options.max_tokens = 2;
  EXPECT_THAT(error_of([&] { options.validate(); }), HasSubstr("max_tokens is 2"));
  options = {};
  options.max_words = 0;
  EXPECT_THAT(error_of([&] { options.validate(); }), HasSubstr("max_words is 0"));
}

// A tokenizer whose ids are the letters' bytes: OPT's with "</s>" (2) in front, T5's with "</s>" (1) behind.
class LetterTokenizer final : public LanguageTokenizer {
 public:
  explicit LetterTokenizer(LanguageTokenizerKind kind) : kind_(kind) {
    special_ = kind == LanguageTokenizerKind::kByteBpe ? LanguageTokens{2, '\n', 1, 3} : LanguageTokens{0, 1, 0, 2};
  }
  LanguageTokenizerKind kind() const noexcept override { return kind_; }
  const LanguageTokens& special() const noexcept override { return special_; }
  std::int64_t size() const noexcept override { return 256; }
  std::vector<std::int64_t> encode_plain(std::string_view text) const override { return {text.begin(), text.end()}; }
  std::string decode(std::span<const std::int64_t>, DecodeOptions) const override { return {}; }

 private:
  LanguageTokenizerKind kind_;
  LanguageTokens special_;
};

Preparation language_preparation(LanguageTokenizerKind kind, const std::string& prompt = "") {
  TextOptions options = text_options("blip2-stage2");
  options.prompt = prompt;
  return {std::make_shared<const LetterTokenizer>(kind), options};
}

Sample prompted(const std::string& prompt, const std::string& text) {
  Sample sample = sample_of(text);
  sample.prompt = prompt;
  sample.verbatim = true;
  return sample;
}

TEST(TextPreparation, OptReadsPromptAndTextInOneLineWithoutALossOnThePrompt) {
  const auto texts = language_preparation(LanguageTokenizerKind::kByteBpe, "of");
  const auto own = texts.prepare(prompted("Q:", "Yes"));
  EXPECT_THAT(own.ids, ElementsAre(2, 'Q', ':', ' ', 'Y', 'e', 's', '\n'));
  EXPECT_EQ(own.prompt_tokens, 3);
  EXPECT_TRUE(own.answers.empty());
  const auto cleaned = texts.prepare(sample_of("A cat."));  // a caption: lower case, without marks, the recipe's prompt
  EXPECT_THAT(cleaned.ids, ElementsAre(2, 'o', 'f', ' ', 'a', ' ', 'c', 'a', 't', '\n'));
  EXPECT_EQ(cleaned.prompt_tokens, 3);
  EXPECT_THAT(error_of([&] { texts.prepare(sample_of("...")); }), HasSubstr("nothing is left"));
}

TEST(TextPreparation, T5ReadsThePromptAndWritesTheText) {
  const auto texts = language_preparation(LanguageTokenizerKind::kSentencePiece);
  const auto prepared = texts.prepare(prompted("Q", "Yes"));
  EXPECT_THAT(prepared.ids, ElementsAre('Q', 1));
  ASSERT_EQ(prepared.answers.size(), 1u);
  EXPECT_THAT(prepared.answers[0], ElementsAre('Y', 'e', 's', 1));
}

TEST(TextPreparation, T5SplitsATextWithoutAPromptAtAnyWord) {
  const auto texts = language_preparation(LanguageTokenizerKind::kSentencePiece);
  std::set<std::size_t> read;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    RandomStream random{{seed}};
    auto prepared = texts.TextPreparation::prepare(prompted("", "a b c"), random);
    read.insert(prepared.ids.size() - 1);
    // Together they are the whole text.
    std::string whole(prepared.ids.begin(), prepared.ids.end() - 1);
    whole += (whole.empty() ? "" : " ") + std::string(prepared.answers[0].begin(), prepared.answers[0].end() - 1);
    EXPECT_EQ(whole, "a b c");
  }
  EXPECT_THAT(read, testing::UnorderedElementsAre(0u, 1u, 3u));
}

}  // namespace
}  // namespace blip
