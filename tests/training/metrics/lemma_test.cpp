#include "training/metrics/lemma.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace blip {
namespace {

TEST(Lemma, NounsAreInTheSingular) {
  for (const auto& [plural, singular] : std::map<std::string, std::string>{{"dogs", "dog"},
                                                                           {"men", "man"},
                                                                           {"children", "child"},
                                                                           {"teeth", "tooth"},
                                                                           {"knives", "knife"},
                                                                           {"boxes", "box"},
                                                                           {"churches", "church"},
                                                                           {"brushes", "brush"},
                                                                           {"glasses", "glass"},
                                                                           {"berries", "berry"},
                                                                           {"movies", "movie"},
                                                                           {"shoes", "shoe"},
                                                                           {"tomatoes", "tomato"},
                                                                           {"horses", "horse"},
                                                                           {"bananas", "banana"}})
    EXPECT_EQ(lemma_of(plural), singular);
}

TEST(Lemma, VerbsAreInTheirBaseForm) {
  for (const auto& [form, base] : std::map<std::string, std::string>{
           {"surfing", "surf"},    {"sitting", "sit"},   {"riding", "ride"},  {"baking", "bake"},
           {"dancing", "dance"},   {"swimming", "swim"}, {"falling", "fall"}, {"kissing", "kiss"},
           {"playing", "play"},    {"eating", "eat"},    {"opening", "open"}, {"driving", "drive"},
           {"juggling", "juggle"}, {"curling", "curl"},  {"flying", "fly"},   {"skateboarding", "skateboard"},
           {"jumped", "jump"},     {"baked", "bake"},    {"tried", "try"},    {"stopped", "stop"},
           {"threw", "throw"},     {"is", "be"},         {"dying", "die"},    {"boxing", "box"},
           {"using", "use"}})
    EXPECT_EQ(lemma_of(form), base);
}

TEST(Lemma, WordsThatOnlyLookInflectedStay) {
  for (const char* word : {"bus", "glass", "tennis", "king", "spring", "string", "thing", "building", "morning", "bed",
                           "hundred", "speed", "red", "news", "yes", "3", "u.s", "gas", "this"})
    EXPECT_EQ(lemma_of(word), word);
}

TEST(Lemma, AnswersKeepTheirOtherWords) {
  EXPECT_EQ(lemmatized("two Dogs  playing in New York"), "two dog play in New York");
  EXPECT_EQ(lemmatized("Surfing"), "surf");
  EXPECT_EQ(lemmatized(""), "");
}

}  // namespace
}  // namespace blip
