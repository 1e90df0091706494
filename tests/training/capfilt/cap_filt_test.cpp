#include "training/capfilt/cap_filt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/training/capfilt/counting_model.h"

namespace blip {
namespace {

using test::counting_model;
using test::CountingSetup;
using test::error_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

FoundPicture picture_of(int number, const std::vector<std::string>& texts = {}) {
  FoundPicture picture;
  picture.key = "p" + std::to_string(number);
  picture.image = RgbImage(2, 2);
  for (std::size_t i = 0; i < picture.image.pixels.size(); ++i)
    picture.image.pixels[i] = i % 3 == 0 ? static_cast<std::uint8_t>(number) : 0;
  for (const std::string& text : texts) picture.texts.push_back({text, "web", ""});
  return picture;
}

CapFiltOptions nucleus(std::uint64_t seed = 0) {
  CapFiltOptions options;
  options.generation = nucleus_decoding();
  options.generation.min_length = 1;
  options.seed = seed;
  return options;
}

std::vector<std::string> told(const std::vector<JudgedText>& texts) {
  std::vector<std::string> result;
  for (const JudgedText& text : texts)
    result.push_back(std::string(kTextSourceNames[static_cast<std::size_t>(text.source)]) + ": " + text.text + " " +
                     kVerdictNames[static_cast<std::size_t>(text.verdict)] +
                     (text.reason.empty() ? "" : " (" + text.reason + ")"));
  return result;
}

TEST(CapFilt, WritesTextsAndJudgesEachByItself) {
  const CountingSetup captioner = counting_model(Layout::kCaptioner, "a"),
                      filter = counting_model(Layout::kMatcher, "b");
  CapFilt models(captioner.model, filter.model, nucleus());
  const std::vector<FoundPicture> pictures{picture_of(4, {"cat 4"}), picture_of(6, {"a dog"}), picture_of(8)};
  const auto texts = models.judge(pictures);
  ASSERT_EQ(texts.size(), 3u);
  EXPECT_THAT(told(texts[0]), ElementsAre("web: cat 4 kept", "synthetic: cat 4 kept"));
  EXPECT_THAT(told(texts[1]), ElementsAre("web: a dog dropped (match below threshold)", "synthetic: cat 6 kept"));
  EXPECT_THAT(told(texts[2]), ElementsAre("synthetic: cat 8 kept"));
  // softmax(0, 4)
  EXPECT_NEAR(texts[0][0].match.value(), 1 / (1 + std::exp(-4.0)), 1e-6);
  EXPECT_NEAR(texts[1][0].match.value(), 1 / (1 + std::exp(4.0)), 1e-6);
}

TEST(CapFilt, EqualVisionWeightsMeanOnePassAPicture) {
  const std::vector<FoundPicture> pictures{picture_of(2, {"cat 2"}), picture_of(4, {"cat 5"})};
  const auto run = [&](const char* other_eyes) {
    const CountingSetup captioner = counting_model(Layout::kCaptioner),
                        filter = counting_model(Layout::kMatcher, other_eyes);
    CapFilt models(captioner.model, filter.model, nucleus());
    const auto texts = models.judge(pictures);
    EXPECT_THAT(told(texts[1]), ElementsAre("web: cat 5 dropped (match below threshold)", "synthetic: cat 4 kept"));
    return std::tuple(models.vision_passes(), captioner.backend->images.load(), filter.backend->images.load());
  };
  EXPECT_EQ(run("eyes"), std::tuple(1, 2, 0));
  EXPECT_EQ(run("other"), std::tuple(2, 2, 2));
}

TEST(CapFilt, WhatAPictureGetsDependsOnItsKeyAndTheSeedAlone) {
  const auto setup = counting_model(Layout::kPretrain);
  std::vector<FoundPicture> pictures;
  for (int number = 1; number < 60; number += 2) pictures.push_back(picture_of(number));
  const auto together = CapFilt(setup.model, setup.model, nucleus()).judge(pictures);
  CapFilt again(setup.model, setup.model, nucleus());
  std::set<bool> kept;
  for (std::size_t i = pictures.size(); i-- > 0;) {
    const auto alone = again.judge(std::span(pictures).subspan(i, 1));
    EXPECT_EQ(told(alone[0]), told(together[i])) << i;
    kept.insert(alone[0][0].verdict == Verdict::kKept);
  }
  EXPECT_EQ(kept.size(), 2u) << "sampling never draws the other digit";
  const auto other = CapFilt(setup.model, setup.model, nucleus(1)).judge(pictures);
  int different = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) different += told(other[i]) != told(together[i]) ? 1 : 0;
  EXPECT_GT(different, 0);
}

TEST(CapFilt, SeveralCaptionsAPictureAndNoneTwice) {
  const auto setup = counting_model(Layout::kPretrain);
  CapFiltOptions options = nucleus();
  options.captions = 3;
  const std::vector<FoundPicture> pictures{picture_of(2)};
  EXPECT_THAT(told(CapFilt(setup.model, nullptr, options).judge(pictures)[0]),
              ElementsAre("synthetic: cat 2 kept", "synthetic: cat 2 dropped (repeats another text)",
                          "synthetic: cat 2 dropped (repeats another text)"));
}

TEST(CapFilt, CaptionerOrFilterAlone) {
  const std::vector<FoundPicture> pictures{picture_of(2, {"cat 9"})};
  const auto captioner = counting_model(Layout::kCaptioner);
  CapFilt writes(captioner.model, nullptr, nucleus());
  EXPECT_THAT(told(writes.judge(pictures)[0]), ElementsAre("web: cat 9 kept", "synthetic: cat 2 kept"));
  EXPECT_FALSE(writes.judge(pictures)[0][0].match.has_value());
  const auto filter = counting_model(Layout::kMatcher);
  CapFilt judges(nullptr, filter.model, nucleus());
  EXPECT_THAT(told(judges.judge(pictures)[0]), ElementsAre("web: cat 9 dropped (match below threshold)"));
}

TEST(CapFilt, TheThresholdDecides) {
  const auto setup = counting_model(Layout::kMatcher);
  const std::vector<FoundPicture> pictures{picture_of(2, {"cat 2", "cat 3"})};
  const auto kept = [&](double threshold) {
    CapFiltOptions options = nucleus();
    options.threshold = threshold;
    const auto texts = CapFilt(nullptr, setup.model, options).judge(pictures);
    int count = 0;
    for (const JudgedText& text : texts[0]) count += text.verdict == Verdict::kKept ? 1 : 0;
    return count;
  };
  EXPECT_EQ(kept(0), 2);
  EXPECT_EQ(kept(0.5), 1);
  EXPECT_EQ(kept(1), 0);
}

TEST(CapFilt, TextsWithoutWordsAndScoresThatAreNoNumbers) {
  const auto setup = counting_model(Layout::kMatcher);
  CapFilt models(nullptr, setup.model, nucleus());
  const std::vector<FoundPicture> pictures{picture_of(2, {" .!. ", "cat 2"}), picture_of(201, {"cat 1"})};
  const auto texts = models.judge(pictures);
  EXPECT_THAT(told(texts[0]), ElementsAre("web:  .!.  dropped (no words)", "web: cat 2 kept"));
  EXPECT_THAT(told(texts[1]), ElementsAre("web: cat 1 failed (match is no number)"));
}

TEST(CapFilt, SaysAtOnceWhatAModelCannotDo) {
  const auto captioner = counting_model(Layout::kCaptioner, "c").model,
             matcher = counting_model(Layout::kMatcher, "m").model;
  EXPECT_THAT(error_of([&] { CapFilt(matcher, matcher, nucleus()); }),
              AllOf(HasSubstr("m-model"), HasSubstr("no text decoder")));
  EXPECT_THAT(error_of([&] { CapFilt(captioner, captioner, nucleus()); }),
              AllOf(HasSubstr("c-model"), HasSubstr("ITM")));
  EXPECT_THAT(error_of([&] { CapFilt(nullptr, nullptr, nucleus()); }), HasSubstr("at least one"));
  CapFiltOptions options = nucleus();
  options.threshold = 1.5;
  EXPECT_THAT(error_of([&] { CapFilt(captioner, matcher, options); }), HasSubstr("threshold is 1.5"));
  options = nucleus();
  options.generation.max_length = 4;  // the prompt alone
  options.generation.min_length = 0;
  EXPECT_NE(error_of([&] { CapFilt(captioner, nullptr, options); }), "");
}

}  // namespace
}  // namespace blip
