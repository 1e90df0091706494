#include "training/synth/word_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/text/tokenizer.h"
#include "training/synth/captions.h"
#include "training/synth/distortions.h"
#include "training/synth/questions.h"

namespace blip::synth {
namespace {

TEST(WordList, StartsAsBertsAndHasEachEntryOnce) {
  const auto list = word_list();
  ASSERT_GT(list.size(), 5U);
  EXPECT_EQ(std::vector<std::string>(list.begin(), list.begin() + 5),
            (std::vector<std::string>{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}));
  EXPECT_EQ(std::set<std::string>(list.begin(), list.end()).size(), list.size());
}

// Captions and questions are one id a word; web texts may be spelled, but never unknown.
TEST(WordList, WritesEverythingThatIsSaid) {
  const Tokenizer tokenizer(Vocabulary::from_tokens(word_list()));
  const auto unknown = tokenizer.vocabulary().find("[UNK]").value();
  const auto count = [&](std::string text) {
    const auto ids = tokenizer.encode(text);
    EXPECT_EQ(std::find(ids.begin(), ids.end(), unknown), ids.end()) << text;
    return static_cast<std::ptrdiff_t>(ids.size()) - 2;
  };
  const auto words = [](const std::string& text) { return 1 + std::count(text.begin(), text.end(), ' '); };
  for (const World world : {World::kBasic, World::kRich})
    for (std::uint64_t i = 0; i < 150; ++i) {
      Random random({41, i});
      const SceneFacts facts = sample_scene(world, {}, random).facts;
      for (const std::string& caption : sample_captions(world, facts, 3, random))
        EXPECT_EQ(count(caption), words(caption)) << caption;
      for (const Question& asked : sample_questions(world, facts, 4, random)) {
        EXPECT_EQ(count(asked.question), words(asked.question) + 1) << asked.question;  // the mark is one more
        EXPECT_EQ(count(asked.answer), words(asked.answer)) << asked.answer;
      }
      EXPECT_GT(count(sample_web_text(world, facts, {}, random).text), 0);
    }
  EXPECT_EQ(count("zebra"), 5);
}

}  // namespace
}  // namespace blip::synth
