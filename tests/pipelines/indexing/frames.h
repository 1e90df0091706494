#pragma once

#include <gst/video/video.h>

#include <array>
#include <cstdint>
#include <memory>

#include "pipelines/media_input/decoded_frame.h"
#include "pipelines/media_input/gst_owners.h"

namespace blip::test {

using Color = std::array<std::uint8_t, 3>;

// A frame of 64 x 48 pixels, RGB: one colour on the left, another on the right. Times in milliseconds.
inline DecodedFramePtr make_frame(std::int64_t time, std::int64_t duration, const Color& left, const Color& right,
                                  Orientation orientation = Orientation::kUpright) {
  constexpr int kWidth = 64, kHeight = 48;
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_RGB, kWidth, kHeight);
  const GstCapsHandle caps(gst_video_info_to_caps(&info));
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr);
  GstMapInfo map;
  gst_buffer_map(buffer, &map, GST_MAP_WRITE);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      for (int c = 0; c < 3; ++c)
        map.data[y * GST_VIDEO_INFO_PLANE_STRIDE(&info, 0) + 3 * x + c] =
            (x < kWidth / 2 ? left : right).at(static_cast<std::size_t>(c));
  gst_buffer_unmap(buffer, &map);
  constexpr std::int64_t kMillisecond = 1'000'000;
  auto frame = std::make_shared<const DecodedFrame>(buffer, caps.get(), *frame_format(caps.get()), orientation,
                                                    time * kMillisecond, duration * kMillisecond);
  gst_buffer_unref(buffer);
  return frame;
}

}  // namespace blip::test
