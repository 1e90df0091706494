#include "pipelines/searching/caption_words.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

constexpr const char* kCaption = "a large green heart left of four small red hearts on a dark background";

bool held(const std::vector<std::string>& wanted, const std::string& caption = kCaption,
          const std::vector<std::string>& unwanted = {}) {
  return CaptionWords(wanted, unwanted).held_by(caption);
}

TEST(CaptionWords, APartOfACaptionIsEnough) {
  EXPECT_TRUE(held({"a green heart"}));
  EXPECT_TRUE(held({"Four RED hearts!"}));
  EXPECT_TRUE(held({"is there a heart on the left?"}));
  EXPECT_FALSE(held({"a green star"}));
  EXPECT_FALSE(held({"a green heart and a star"}));
  EXPECT_FALSE(held({"green heartbeat"}));
}

TEST(CaptionWords, APhraseIsWordsInOrderOneBehindTheOther) {
  const auto phrase = [](const std::string& text, const std::string& caption) {
    return CaptionWords({text}, {}).phrases_in(caption);
  };
  EXPECT_TRUE(phrase("a purple triangle", "two small purple triangles on a gray background"));
  EXPECT_TRUE(phrase("red hearts on a dark background", kCaption));
  EXPECT_FALSE(phrase("a purple triangle", "a small yellow triangle left of a small purple cross"));
  EXPECT_FALSE(phrase("a red heart", "a red and a green heart"));
  EXPECT_TRUE(CaptionWords({"green heart", "red hearts"}, {}).phrases_in(kCaption));
  EXPECT_FALSE(CaptionWords({"green heart", "hearts red"}, {}).phrases_in(kCaption));
  EXPECT_FALSE(CaptionWords().phrases_in(kCaption));
}

TEST(CaptionWords, AllTextsMustBeHeld) {
  EXPECT_TRUE(held({"a heart", "a dark background"}));
  EXPECT_FALSE(held({"a heart", "a light background"}));
}

TEST(CaptionWords, NoneOfTheUnwantedMay) {
  EXPECT_FALSE(held({"a heart"}, kCaption, {"red"}));
  EXPECT_TRUE(held({"a heart"}, kCaption, {"blue", "a red star"}));
  EXPECT_TRUE(held({"a heart"}, kCaption, {"the"})) << "a text without words is held by none";
}

TEST(CaptionWords, SingularAndPluralAreTheSame) {
  EXPECT_TRUE(held({"a box of berries"}, "boxes, berry"));
  EXPECT_TRUE(held({"watches"}, "a watch"));
  EXPECT_TRUE(held({"a glass"}, "a glass"));
  EXPECT_FALSE(held({"a glas"}, "a glass"));
  EXPECT_TRUE(held({"dog's bone"}, "a dog with a bone"));
  EXPECT_TRUE(held({"bus"}, "a bus"));
}

TEST(CaptionWords, NothingWantedIsHeldByNothing) {
  EXPECT_FALSE(held({}));
  EXPECT_FALSE(held({"there is a"}));
  EXPECT_FALSE(CaptionWords().held_by(kCaption));
  EXPECT_FALSE(held({"heart"}, ""));
}

}  // namespace
}  // namespace blip
