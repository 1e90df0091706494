#include "pipelines/media_input/decoded_frame.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"
#include "pipelines/media_input/gst_owners.h"

namespace blip {
namespace {

constexpr GstClockTime kMillisecond = 1'000'000;

class DecodedFrames : public testing::Test {
 protected:
  DecodedFrames() {
    gst_init(nullptr, nullptr);
    gst_video_info_set_format(&info_, GST_VIDEO_FORMAT_GRAY8, 8, 4);
    caps_.reset(gst_video_info_to_caps(&info_));
    gst_segment_init(&segment_, GST_FORMAT_TIME);
  }
  // A sample of grey `level`.
  GstSampleHandle sample(GstBuffer* buffer) const {
    GstSampleHandle made(gst_sample_new(buffer, caps_.get(), &segment_, nullptr));
    gst_buffer_unref(buffer);
    return made;
  }
  GstBuffer* buffer(GstClockTime pts, std::uint8_t level = 7) const {
    GstBuffer* made = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info_), nullptr);
    gst_buffer_memset(made, 0, level, GST_VIDEO_INFO_SIZE(&info_));
    GST_BUFFER_PTS(made) = pts;
    GST_BUFFER_DURATION(made) = 40 * kMillisecond;
    return made;
  }

  GstVideoInfo info_{};
  GstCapsHandle caps_;
  GstSegment segment_{};
};

TEST_F(DecodedFrames, AFrameHasItsPlaceAndItsPixels) {
  segment_.start = 10'000 * kMillisecond;
  segment_.time = 0;
  FrameReader reader(/*shift=*/5);
  const auto frame = reader.read(sample(buffer(10'200 * kMillisecond, 9)).get());
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->time(), static_cast<std::int64_t>(200 * kMillisecond) + 5) << "stream time, shifted";
  EXPECT_EQ(frame->duration(), static_cast<std::int64_t>(40 * kMillisecond));
  EXPECT_EQ(frame->image().width, 8);
  EXPECT_EQ(frame->image().planes[0][0], 9);
}

TEST_F(DecodedFrames, AFrameWithoutAPlaceIsNone) {
  FrameReader reader;
  EXPECT_EQ(reader.read(sample(buffer(GST_CLOCK_TIME_NONE)).get()), nullptr);
  EXPECT_NE(reader.read(sample(buffer(80 * kMillisecond)).get()), nullptr);
  EXPECT_EQ(reader.read(sample(buffer(80 * kMillisecond)).get()), nullptr) << "the same time again";
  EXPECT_EQ(reader.read(sample(buffer(40 * kMillisecond)).get()), nullptr) << "back in time";
  EXPECT_NE(reader.read(sample(buffer(120 * kMillisecond)).get()), nullptr);
}

TEST_F(DecodedFrames, StandsAsItsStreamSays) {
  FrameReader reader;
  reader.set_orientation(Orientation::kRotate180);
  EXPECT_EQ(reader.read(sample(buffer(0)).get())->image().orientation, Orientation::kRotate180);
}

TEST_F(DecodedFrames, RefusesWhatIsNoRawVideo) {
  caps_.reset(gst_caps_new_empty_simple("audio/x-raw"));
  FrameReader reader;
  EXPECT_THROW(reader.read(sample(buffer(0)).get()), Error);
}

TEST_F(DecodedFrames, ADecoderWithFewBuffersGetsItsOwnBack) {
  GstBufferPool* pool = gst_buffer_pool_new();
  GstStructure* config = gst_buffer_pool_get_config(pool);
  gst_buffer_pool_config_set_params(config, caps_.get(), static_cast<guint>(GST_VIDEO_INFO_SIZE(&info_)), 0, 1);
  gst_buffer_pool_set_config(pool, config);
  gst_buffer_pool_set_active(pool, TRUE);
  FrameReader reader;
  std::vector<DecodedFramePtr> kept;
  for (int i = 0; i < 3; ++i) {
    GstBufferPoolAcquireParams now{};
    now.flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT;
    GstBuffer* next = nullptr;
    ASSERT_EQ(gst_buffer_pool_acquire_buffer(pool, &next, &now), GST_FLOW_OK) << i;
    gst_buffer_memset(next, 0, static_cast<std::uint8_t>(i), GST_VIDEO_INFO_SIZE(&info_));
    GST_BUFFER_PTS(next) = static_cast<GstClockTime>(i) * kMillisecond;
    kept.push_back(reader.read(sample(next).get()));
  }
  EXPECT_EQ(kept[0]->image().planes[0][0], 0) << "a copy that nobody writes over";
  kept.clear();
  gst_buffer_pool_set_active(pool, FALSE);
  gst_object_unref(pool);
}

}  // namespace
}  // namespace blip
