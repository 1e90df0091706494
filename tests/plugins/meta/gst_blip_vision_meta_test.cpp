#include "plugins/meta/gst_blip_vision_meta.h"

#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/plugins/meta/c_application.h"

namespace blip::test {
namespace {

struct BufferUnref {
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
};
using OwnedBuffer = std::unique_ptr<GstBuffer, BufferUnref>;

OwnedBuffer new_buffer() {
  return OwnedBuffer(gst_buffer_new_allocate(nullptr, 64, nullptr));
}

int freed = 0;

// A buffer with the only reference to features whose going counts in `freed`.
OwnedBuffer buffer_with_features() {
  freed = 0;
  OwnedBuffer buffer = new_buffer();
  GstBlipFeatures* features = gst_blip_features_new();
  gst_blip_features_complete(features, "id", 4, 8, &freed, [](gpointer count) { ++*static_cast<int*>(count); });
  GstBlipVisionMeta* meta = gst_buffer_add_blip_vision_meta(buffer.get(), features);
  gst_blip_features_unref(features);
  meta->pts = 1;
  meta->stream_time = 2;
  meta->running_time = 3;
  meta->duration = 4;
  meta->width = 5;
  meta->height = 6;
  meta->crop_x = 7;
  meta->crop_y = 8;
  meta->crop_width = 9;
  meta->crop_height = 10;
  meta->sequence = 11;
  return buffer;
}

void expect_same(const GstBlipVisionMeta* copy, const GstBlipVisionMeta* original) {
  ASSERT_NE(copy, nullptr);
  EXPECT_EQ(copy->features, original->features) << "a reference, not a copy";
  EXPECT_EQ(copy->pts, 1u);
  EXPECT_EQ(copy->stream_time, 2u);
  EXPECT_EQ(copy->running_time, 3u);
  EXPECT_EQ(copy->duration, 4u);
  EXPECT_EQ(copy->width, 5u);
  EXPECT_EQ(copy->height, 6u);
  EXPECT_EQ(copy->crop_x, 7u);
  EXPECT_EQ(copy->crop_y, 8u);
  EXPECT_EQ(copy->crop_width, 9u);
  EXPECT_EQ(copy->crop_height, 10u);
  EXPECT_EQ(copy->sequence, 11u);
}

TEST(VisionMeta, IsTaggedAsAVideoMetaThatDependsOnOrientationAndSize) {
  const GType api = gst_blip_vision_meta_api_get_type();
  EXPECT_EQ(gst_blip_vision_meta_get_info()->api, api);
  for (const char* tag : {"video", "orientation", "size"})
    EXPECT_TRUE(gst_meta_api_type_has_tag(api, g_quark_from_static_string(tag))) << tag;
  EXPECT_FALSE(gst_meta_api_type_has_tag(api, g_quark_from_static_string("colorspace")));
}

TEST(VisionMeta, BeginsWithNoTimesAndHoldsAReference) {
  const OwnedBuffer buffer = new_buffer();
  EXPECT_EQ(gst_buffer_get_blip_vision_meta(buffer.get()), nullptr);
  GstBlipFeatures* features = gst_blip_features_new();
  const GstBlipVisionMeta* meta = gst_buffer_add_blip_vision_meta(buffer.get(), features);
  EXPECT_EQ(gst_buffer_get_blip_vision_meta(buffer.get()), meta);
  EXPECT_EQ(meta->features, features);
  EXPECT_EQ(meta->pts, GST_CLOCK_TIME_NONE);
  EXPECT_EQ(meta->stream_time, GST_CLOCK_TIME_NONE);
  EXPECT_EQ(meta->running_time, GST_CLOCK_TIME_NONE);
  EXPECT_EQ(meta->duration, GST_CLOCK_TIME_NONE);
  EXPECT_EQ(meta->width + meta->height + meta->crop_x + meta->crop_y + meta->crop_width + meta->crop_height, 0u);
  EXPECT_EQ(meta->sequence, 0u);
  gst_blip_features_unref(features);
  EXPECT_EQ(gst_blip_features_get_state(meta->features), GST_BLIP_FEATURES_PENDING);
}

TEST(VisionMeta, LetsGoOfTheFeaturesWithTheBuffer) {
  buffer_with_features().reset();
  EXPECT_EQ(freed, 1);
}

TEST(VisionMeta, WholeCopiesTakeAReference) {
  OwnedBuffer original = buffer_with_features();
  const OwnedBuffer shallow(gst_buffer_copy(original.get())), deep(gst_buffer_copy_deep(original.get()));
  for (const auto* copy : {&shallow, &deep})
    expect_same(gst_buffer_get_blip_vision_meta(copy->get()), gst_buffer_get_blip_vision_meta(original.get()));
  original.reset();
  EXPECT_EQ(freed, 0);
}

TEST(VisionMeta, SettlingIsSeenOnAllCopies) {
  const OwnedBuffer original = new_buffer();
  GstBlipFeatures* features = gst_blip_features_new();
  gst_buffer_add_blip_vision_meta(original.get(), features);
  const OwnedBuffer copy(gst_buffer_copy(original.get()));
  gst_blip_features_complete(features, "id", 4, 8, nullptr, nullptr);
  gst_blip_features_unref(features);
  EXPECT_EQ(gst_blip_features_get_tokens(gst_buffer_get_blip_vision_meta(copy.get())->features), 4u);
}

TEST(VisionMeta, APartOfABufferHasNone) {
  const OwnedBuffer original = buffer_with_features();
  const OwnedBuffer part(gst_buffer_copy_region(original.get(), GST_BUFFER_COPY_ALL, 16, 16));
  EXPECT_EQ(gst_buffer_get_blip_vision_meta(part.get()), nullptr);
}

TEST(VisionMeta, ScalingTakesAReferenceAndNothingElseDoes) {
  const OwnedBuffer original = buffer_with_features();
  GstBlipVisionMeta* meta = gst_buffer_get_blip_vision_meta(original.get());
  const auto transform = meta->meta.info->transform_func;
  GstVideoMetaTransform sizes{};

  const OwnedBuffer scaled = new_buffer();
  EXPECT_TRUE(transform(scaled.get(), &meta->meta, original.get(), gst_video_meta_transform_scale_get_quark(), &sizes));
  expect_same(gst_buffer_get_blip_vision_meta(scaled.get()), meta);

  const OwnedBuffer other = new_buffer();
  EXPECT_FALSE(transform(other.get(), &meta->meta, original.get(), g_quark_from_static_string("blip-other"), &sizes));
  EXPECT_EQ(gst_buffer_get_blip_vision_meta(other.get()), nullptr);
}

TEST(VisionMeta, ALaterEncodersTakesItsPlace) {
  const OwnedBuffer buffer = buffer_with_features();
  GstBlipFeatures* later = gst_blip_features_new();
  gst_buffer_add_blip_vision_meta(buffer.get(), later);
  EXPECT_EQ(freed, 1);
  EXPECT_EQ(gst_buffer_get_blip_vision_meta(buffer.get())->features, later);
  EXPECT_EQ(gst_buffer_get_n_meta(buffer.get(), gst_blip_vision_meta_api_get_type()), 1u);
  gst_blip_features_unref(later);
}

TEST(VisionMeta, ServesApplicationsInC) {
  const OwnedBuffer buffer = new_buffer();
  EXPECT_TRUE(c_application_round_trip(buffer.get()));
}

}  // namespace
}  // namespace blip::test
