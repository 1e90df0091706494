#include "plugins/support/frame_gate.h"

#include <gtest/gtest.h>

#include "tests/support/fake_engine/fake_answers.h"

namespace blip::test {
namespace {

constexpr GateOptions kDuplicates{GateRule::kDuplicate, 2}, kSimilar{GateRule::kSimilar, 2};

std::shared_ptr<const ImageFeatures> new_features() {
  return std::make_shared<FakeFeatures>("red");
}

// A job of frames with these features, all of one format.
struct Stream {
  std::shared_ptr<const FrameFormat> format = std::make_shared<const FrameFormat>();

  FrameJob job(const std::vector<std::shared_ptr<const ImageFeatures>>& frames, bool of_similar = false) const {
    FrameJob job;
    for (const auto& features : frames) {
      SampledFrame frame;
      frame.format = format;
      frame.features = FeaturesHandle::make();
      FrameFeatures content{features, {}, {}};
      content.of_similar = of_similar;
      frame.features.complete("weights", 1, 1, std::make_shared<const FrameFeatures>(content));
      job.frames.push_back(std::move(frame));
    }
    return job;
  }
};

TEST(FrameGate, EqualFeaturesAreARepetition) {
  const Stream stream;
  const auto first = new_features(), other = new_features();
  FrameGate gate;
  EXPECT_EQ(gate.compare(stream.job({first}), nullptr, {}, kDuplicates), Repeat::kNone);
  gate.keep(stream.job({first}), nullptr, {}, kDuplicates);
  EXPECT_EQ(gate.compare(stream.job({first}), nullptr, {}, kDuplicates), Repeat::kDuplicate);
  EXPECT_EQ(gate.compare(stream.job({first}, true), nullptr, {}, kDuplicates), Repeat::kSimilar);
  EXPECT_EQ(gate.compare(stream.job({other}), nullptr, {}, kDuplicates), Repeat::kNone);
  EXPECT_EQ(gate.compare(stream.job({first}), nullptr, {}, {GateRule::kOff, 0}), Repeat::kNone);
}

TEST(FrameGate, AWindowRepeatsWhenAllItsFramesDo) {
  const Stream stream;
  const auto a = new_features(), b = new_features();
  FrameGate gate;
  gate.keep(stream.job({a, b}), nullptr, {}, kDuplicates);
  EXPECT_EQ(gate.compare(stream.job({a, b}), nullptr, {}, kDuplicates), Repeat::kDuplicate);
  for (const auto& frames : {std::vector{a}, std::vector{b, a}, std::vector{a, b, b}, std::vector{a, a}})
    EXPECT_EQ(gate.compare(stream.job(frames), nullptr, {}, kDuplicates), Repeat::kNone);
}

TEST(FrameGate, FramesWithoutFeaturesRepeatNothing) {
  const Stream stream;
  FrameGate gate;
  gate.keep(stream.job({nullptr}), nullptr, {}, kDuplicates);
  EXPECT_EQ(gate.compare(stream.job({nullptr}), nullptr, {}, kDuplicates), Repeat::kNone);
}

// New features may come to lie where the old ones were.
TEST(FrameGate, DoesNotKeepFeaturesAliveNorTakeOthersForThem) {
  const Stream stream;
  FrameGate gate;
  auto features = new_features();
  const std::weak_ptr<const ImageFeatures> watched = features;
  gate.keep(stream.job({features}), nullptr, {}, kDuplicates);
  features.reset();
  EXPECT_TRUE(watched.expired());
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(gate.compare(stream.job({new_features()}), nullptr, {}, kDuplicates), Repeat::kNone);
}

TEST(FrameGate, WhatIsAskedOtherwiseIsAskedAnew) {
  const Stream stream;
  const auto features = new_features();
  const auto settings = std::make_shared<const int>(1), equal = std::make_shared<const int>(1);
  FrameGate gate;
  gate.keep(stream.job({features}), nullptr, {settings, "door"}, kDuplicates);
  const auto repeat_of = [&](Asked asked) { return gate.compare(stream.job({features}), nullptr, asked, kDuplicates); };
  EXPECT_EQ(repeat_of({settings, "door"}), Repeat::kDuplicate);
  EXPECT_EQ(repeat_of({settings, "gate"}), Repeat::kNone);
  EXPECT_EQ(repeat_of({equal, "door"}), Repeat::kNone);
}

TEST(FrameGate, PicturesCountWhereFeaturesDiffer) {
  const Stream stream;
  const std::vector<std::uint8_t> dark(64 * 64, 100), brighter(64 * 64, 101), bright(64 * 64, 200);
  const auto grey = [](const std::vector<std::uint8_t>& bytes) {
    ImageView view;
    view.format = PixelFormat::kGray8;
    view.width = view.height = 64;
    view.planes[0] = bytes.data();
    view.strides[0] = 64;
    return view;
  };
  const ImageView one = grey(dark), near = grey(brighter), far = grey(bright);
  FrameGate gate;
  gate.keep(stream.job({new_features()}), &one, {}, kSimilar);
  EXPECT_EQ(gate.compare(stream.job({new_features()}), &one, {}, kSimilar), Repeat::kDuplicate);
  EXPECT_EQ(gate.compare(stream.job({new_features()}), &near, {}, kSimilar), Repeat::kSimilar);
  EXPECT_EQ(gate.compare(stream.job({new_features()}), &far, {}, kSimilar), Repeat::kNone);
  EXPECT_EQ(gate.compare(stream.job({new_features()}), nullptr, {}, kSimilar), Repeat::kNone);
}

TEST(FrameGate, NewCapsBeginAnew) {
  const Stream stream, later;
  const auto features = new_features();
  FrameGate gate;
  gate.keep(stream.job({features}), nullptr, {}, kDuplicates);
  EXPECT_EQ(gate.compare(later.job({features}), nullptr, {}, kDuplicates), Repeat::kNone);
}

TEST(FrameGate, ForgetsWhatWasSeenWithTheFrame) {
  const Stream stream;
  FrameGate gate;
  gate.keep_seen(std::make_shared<const int>(1));
  EXPECT_EQ(gate.seen(), nullptr) << "nothing is kept that it belongs to";
  gate.keep(stream.job({new_features()}), nullptr, {}, kDuplicates);
  gate.keep_seen(std::make_shared<const int>(2));
  EXPECT_NE(gate.seen(), nullptr);
  gate.reset();
  EXPECT_EQ(gate.seen(), nullptr);
}

}  // namespace
}  // namespace blip::test
