#include "core/vision/picture_gate.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/vision/picture_support.h"

namespace blip {
namespace {

using test::Picture;

constexpr GateOptions kOff{GateRule::kOff, 1}, kDuplicates{GateRule::kDuplicate, 1}, kSimilar{GateRule::kSimilar, 1};

TEST(PictureGate, TheFirstPictureRepeatsNothing) {
  const Picture picture(PixelFormat::kRgb, 10, 10, 50);
  PictureGate gate;
  EXPECT_EQ(gate.compare(picture.view, kSimilar), Repeat::kNone);
}

TEST(PictureGate, EqualBytesAreADuplicateWhateverThePadding) {
  for (const PixelFormat format :
       {PixelFormat::kRgb, PixelFormat::kBgrx, PixelFormat::kGray8, PixelFormat::kI420, PixelFormat::kNv12}) {
    const Picture picture(format, 11, 7, 50), padded(format, 11, 7, 50, /*padding=*/6);
    PictureGate gate;
    gate.keep(picture.view);
    EXPECT_EQ(gate.compare(padded.view, kDuplicates), Repeat::kDuplicate);
    EXPECT_EQ(gate.compare(padded.view, kSimilar), Repeat::kDuplicate);
    EXPECT_EQ(gate.compare(padded.view, kOff), Repeat::kNone);
  }
}

// The last visible byte of each plane.
TEST(PictureGate, OneOtherByteIsNoDuplicate) {
  const Picture picture(PixelFormat::kI420, 11, 7, 50);
  PictureGate gate;
  gate.keep(picture.view);
  Picture luma(PixelFormat::kI420, 11, 7, 50), blue(PixelFormat::kI420, 11, 7, 50), red(PixelFormat::kI420, 11, 7, 50);
  luma.at(10, 6) = 51;
  blue.at(5, 3, 1) = 51;
  red.at(5, 3, 2) = 51;
  for (const Picture* other : {&luma, &blue, &red}) EXPECT_EQ(gate.compare(other->view, kDuplicates), Repeat::kNone);
}

TEST(PictureGate, UpToTheThresholdIsSimilar) {
  const Picture picture(PixelFormat::kGray8, 64, 64, 100);
  Picture other(PixelFormat::kGray8, 64, 64, 100);
  PictureGate gate;
  gate.keep(picture.view);
  other.at(20, 20) = 164;  // one of a tile's 64 cells: a difference of 1
  EXPECT_EQ(gate.compare(other.view, kSimilar), Repeat::kSimilar);
  other.at(20, 20) = 165;
  EXPECT_EQ(gate.compare(other.view, kSimilar), Repeat::kNone);
  EXPECT_EQ(gate.compare(other.view, {GateRule::kSimilar, 1.5}), Repeat::kSimilar);
  EXPECT_EQ(gate.compare(other.view, {GateRule::kSimilar, 0}), Repeat::kNone);
}

// Each picture is one level brighter than the one before: no two neighbours differ by more than the threshold.
TEST(PictureGate, SlowChangeAddsUp) {
  const GateOptions options{GateRule::kSimilar, 2};
  PictureGate gate;
  std::string analysed;
  for (int level = 0; level < 10; ++level) {
    const Picture picture(PixelFormat::kGray8, 16, 16, static_cast<std::uint8_t>(level));
    if (gate.compare(picture.view, options) != Repeat::kNone) continue;
    gate.keep(picture.view);
    analysed += std::to_string(level);
  }
  EXPECT_EQ(analysed, "0369");
}

TEST(PictureGate, KeepsACopy) {
  PictureGate gate;
  const Picture same(PixelFormat::kNv12, 9, 9, 50);
  {
    Picture picture(PixelFormat::kNv12, 9, 9, 50);
    gate.keep(picture.view);
    picture.bytes.assign(picture.bytes.size(), 99);
  }
  EXPECT_EQ(gate.compare(same.view, kDuplicates), Repeat::kDuplicate);
}

TEST(PictureGate, WhatIsShownOtherwiseRepeatsNothing) {
  const Picture picture(PixelFormat::kI420, 16, 16, 50);
  PictureGate gate;
  gate.keep(picture.view);
  const auto repeat_of = [&](auto&& change) {
    ImageView view = picture.view;
    change(view);
    return gate.compare(view, {GateRule::kSimilar, 255});
  };
  EXPECT_EQ(repeat_of([](ImageView&) {}), Repeat::kDuplicate);
  EXPECT_EQ(repeat_of([](ImageView& view) { view.width = 15; }), Repeat::kNone);
  EXPECT_EQ(repeat_of([](ImageView& view) { view.height = 15; }), Repeat::kNone);
  EXPECT_EQ(repeat_of([](ImageView& view) { view.format = PixelFormat::kGray8; }), Repeat::kNone);
  EXPECT_EQ(repeat_of([](ImageView& view) { view.matrix = ColorMatrix::kBt709; }), Repeat::kNone);
  EXPECT_EQ(repeat_of([](ImageView& view) { view.range = ColorRange::kFull; }), Repeat::kNone);
  EXPECT_EQ(repeat_of([](ImageView& view) { view.orientation = Orientation::kRotate180; }), Repeat::kNone);
}

TEST(PictureGate, AfterAResetNothingIsRepeated) {
  const Picture picture(PixelFormat::kRgbx, 4, 4, 50);
  PictureGate gate;
  gate.keep(picture.view);
  gate.reset();
  EXPECT_EQ(gate.compare(picture.view, kSimilar), Repeat::kNone);
}

TEST(PictureGate, AFormatThatThereIsNotIsAnError) {
  Picture picture(PixelFormat::kGray8, 4, 4, 50);
  picture.view.format = static_cast<PixelFormat>(99);
  PictureGate gate;
  EXPECT_THROW(gate.keep(picture.view), Error);
}

}  // namespace
}  // namespace blip
