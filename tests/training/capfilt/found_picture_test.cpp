#include "training/capfilt/found_picture.h"

#include <gtest/gtest.h>

#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

TEST(FoundPicture, DecodesItsBytesAndEncodesItsPixels) {
  FoundPicture picture;
  picture.key = "k";
  picture.bytes = test::png_of(3, 2, 10, 20, 30);
  decode(picture);
  EXPECT_EQ(picture.image.width, 3);
  EXPECT_EQ(picture.image.row(1)[2], 30);
  const std::string before = picture.bytes;
  encode(picture);
  EXPECT_EQ(picture.bytes, before) << "a file stays as it was found";

  FoundPicture frame;
  frame.key = "f";
  frame.image = picture.image;
  encode(frame);
  EXPECT_EQ(frame.extension, "jpg");
  FoundPicture again;
  again.bytes = frame.bytes;
  decode(again);
  EXPECT_EQ(again.image.width, 3);
  EXPECT_NEAR(again.image.row(0)[2], 30, 8);
}

TEST(FoundPicture, ABrokenPictureIsNamed) {
  FoundPicture picture;
  picture.key = "broken-one";
  picture.bytes = "no picture";
  EXPECT_NE(test::error_of([&] { decode(picture); }).find("broken-one"), std::string::npos);
}

}  // namespace
}  // namespace blip
