#include "pipelines/media_input/still_source.h"

#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>

#include <algorithm>
#include <cstddef>

#include "pipelines/media_input/new_element.h"

namespace blip {
namespace {

// GStreamer's rows of RGB begin at multiples of four bytes.
GstBuffer* copy_picture(const RgbImage& image, const GstVideoInfo& info) {
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr);
  GstMapInfo map;
  gst_buffer_map(buffer, &map, GST_MAP_WRITE);
  const std::size_t row_bytes = 3 * static_cast<std::size_t>(image.width);
  for (int y = 0; y < image.height; ++y)
    std::copy_n(image.pixels.data() + y * row_bytes, row_bytes,
                map.data + std::ptrdiff_t{y} * GST_VIDEO_INFO_PLANE_STRIDE(&info, 0));
  gst_buffer_unmap(buffer, &map);
  GST_BUFFER_PTS(buffer) = 0;
  return buffer;
}

void give_picture(GstAppSrc* source, guint, gpointer picture) {
  gst_app_src_push_buffer(source, gst_buffer_ref(GST_BUFFER(picture)));
  gst_app_src_end_of_stream(source);
}

}  // namespace

GstElementHandle make_still_source(const RgbImage& image) {
  GstElementHandle bin(GST_ELEMENT(gst_object_ref_sink(gst_bin_new("source"))));
  GstElement* source = add_new_element(bin.get(), "appsrc", "picture");
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_RGB, image.width, image.height);
  const GstCapsHandle caps(gst_video_info_to_caps(&info));
  g_object_set(source, "caps", caps.get(), "format", GST_FORMAT_TIME, nullptr);
  GstAppSrcCallbacks callbacks{};
  callbacks.need_data = give_picture;
  gst_app_src_set_callbacks(GST_APP_SRC(source), &callbacks, copy_picture(image, info),
                            [](gpointer picture) { gst_buffer_unref(GST_BUFFER(picture)); });
  const GstPadHandle pad(gst_element_get_static_pad(source, "src"));
  gst_element_add_pad(bin.get(), gst_ghost_pad_new("src", pad.get()));
  return bin;
}

}  // namespace blip
