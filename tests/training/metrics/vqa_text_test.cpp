#include "training/metrics/vqa_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/golden.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

TEST(VqaText, AMarkNextToABlankVanishesAndOthersBecomeBlanks) {
  EXPECT_EQ(vqa_without_marks("red-white"), "red white");
  EXPECT_EQ(vqa_without_marks("red -white"), "red white");
  EXPECT_EQ(vqa_without_marks("a- b-c"), "a bc");  // one next to a blank decides for all of its kind
  EXPECT_EQ(vqa_without_marks("1,000-2"), "10002");
  EXPECT_EQ(vqa_without_marks("a,b"), "a b");
}

TEST(VqaText, FullStopsGoUnlessADigitFollows) {
  EXPECT_EQ(vqa_without_marks("p.m. 3.5 .5 5."), "pm 3.5 .5 5");
  EXPECT_EQ(vqa_without_marks(std::string(40, '.')), std::string(8, '.'));
}

TEST(VqaText, NumbersArticlesAndContractions) {
  EXPECT_EQ(vqa_words("The two dogs dont"), "2 dogs don't");
  EXPECT_EQ(vqa_words("none  of\tan"), "0 of");
  EXPECT_EQ(vqa_words("couldntve couldnt've couldn'tve"), "couldntve couldn't've couldn't've");
  EXPECT_EQ(vqa_words("somebody'd somebodyd've"), "somebodyd somebody'd've");
  EXPECT_EQ(vqa_words("its shed well"), "its shed well");
}

TEST(VqaText, IsTrimmed) {
  EXPECT_EQ(vqa_trimmed("\t red\ncar \n"), "red car");
  EXPECT_EQ(vqa_trimmed(" \n"), "");
}

TEST(VqaTextGolden, StepsAgreeWithTheEvaluationCodeOfVqa) {
  const auto file = test::read_json(test::golden_dir() / "metrics" / "vqa_accuracy.json");
  const auto& cases = file.at("normalisation");
  ASSERT_FALSE(cases.empty());
  for (const auto& one : cases) {
    const auto text = one.at("text").get<std::string>();
    EXPECT_EQ(vqa_without_marks(text), one.at("punctuation").get<std::string>()) << text;
    EXPECT_EQ(vqa_words(vqa_without_marks(text)), one.at("both").get<std::string>()) << text;
  }
}

}  // namespace
}  // namespace blip
