#include "plugins/support/orientation_tag.h"

#include <gst/tag/tag.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace blip {
namespace {

std::optional<Orientation> orientation_named(const char* name) {
  GstTagList* tags = gst_tag_list_new(GST_TAG_IMAGE_ORIENTATION, name, nullptr);
  const auto orientation = orientation_of(tags);
  gst_tag_list_unref(tags);
  return orientation;
}

TEST(OrientationTag, QuarterTurns) {
  EXPECT_EQ(orientation_named("rotate-0"), Orientation::kUpright);
  EXPECT_EQ(orientation_named("rotate-90"), Orientation::kRotate90Clockwise);
  EXPECT_EQ(orientation_named("rotate-180"), Orientation::kRotate180);
  EXPECT_EQ(orientation_named("rotate-270"), Orientation::kRotate90Counterclockwise);
}

TEST(OrientationTag, UnknownOrAbsentIsNone) {
  EXPECT_EQ(orientation_named("sideways"), std::nullopt);
  GstTagList* tags = gst_tag_list_new(GST_TAG_TITLE, "t", nullptr);
  EXPECT_EQ(orientation_of(tags), std::nullopt);
  gst_tag_list_unref(tags);
}

// GStreamer's own EXIF reader says which name belongs to which of EXIF's values; ours are EXIF's.
TEST(OrientationTag, AgreesWithGStreamersReadingOfExif) {
  for (int value = 1; value <= 8; ++value) {
    // TIFF header, one directory with one entry: tag 0x0112, type SHORT, one value.
    const guint8 tiff[] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, static_cast<guint8>(value),
                           0,   0,   0,  0, 0, 0, 0};
    GstBuffer* buffer = gst_buffer_new_memdup(tiff, sizeof tiff);
    GstTagList* tags = gst_tag_list_from_exif_buffer_with_tiff_header(buffer);
    ASSERT_NE(tags, nullptr);
    EXPECT_EQ(orientation_of(tags), static_cast<Orientation>(value));
    gst_tag_list_unref(tags);
    gst_buffer_unref(buffer);
  }
}

}  // namespace
}  // namespace blip
