#include "plugins/support/frame_view.h"

#include <algorithm>
#include <string>

namespace blip {
namespace {

std::optional<PixelFormat> pixel_format(GstVideoFormat format) {
  switch (format) {
    case GST_VIDEO_FORMAT_RGB:
      return PixelFormat::kRgb;
    case GST_VIDEO_FORMAT_BGR:
      return PixelFormat::kBgr;
    case GST_VIDEO_FORMAT_RGBx:
    case GST_VIDEO_FORMAT_RGBA:
      return PixelFormat::kRgbx;
    case GST_VIDEO_FORMAT_BGRx:
    case GST_VIDEO_FORMAT_BGRA:
      return PixelFormat::kBgrx;
    case GST_VIDEO_FORMAT_GRAY8:
      return PixelFormat::kGray8;
    case GST_VIDEO_FORMAT_I420:
    case GST_VIDEO_FORMAT_YV12:
      return PixelFormat::kI420;
    case GST_VIDEO_FORMAT_NV12:
      return PixelFormat::kNv12;
    default:
      return std::nullopt;
  }
}

ColorMatrix color_matrix(GstVideoColorMatrix matrix) {
  switch (matrix) {
    case GST_VIDEO_COLOR_MATRIX_BT709:
      return ColorMatrix::kBt709;
    case GST_VIDEO_COLOR_MATRIX_BT2020:
      return ColorMatrix::kBt2020;
    case GST_VIDEO_COLOR_MATRIX_SMPTE240M:
      return ColorMatrix::kSmpte240m;
    case GST_VIDEO_COLOR_MATRIX_FCC:
      return ColorMatrix::kFcc;
    default:
      return ColorMatrix::kBt601;
  }
}

// The rectangle to look at; its corner moved to where chroma begins, too.
struct Crop {
  int x, y, width, height;
};

Crop crop_of(const GstVideoFrame& frame) {
  const int width = GST_VIDEO_FRAME_WIDTH(&frame), height = GST_VIDEO_FRAME_HEIGHT(&frame);
  const GstVideoCropMeta* meta = gst_buffer_get_video_crop_meta(frame.buffer);
  if (meta == nullptr) return {0, 0, width, height};
  const int grain = 1 << std::max(GST_VIDEO_FORMAT_INFO_W_SUB(frame.info.finfo, GST_VIDEO_COMP_U), 0u);
  const int x = std::min<int>(meta->x, width - 1) / grain * grain,
            y = std::min<int>(meta->y, height - 1) / grain * grain;
  return {x, y, std::clamp<int>(meta->width, 1, width - x), std::clamp<int>(meta->height, 1, height - y)};
}

}  // namespace

std::optional<FrameFormat> frame_format(const GstCaps* caps) {
  FrameFormat format;
  if (!gst_video_info_from_caps(&format.info, caps)) return std::nullopt;
  const auto pixels = pixel_format(GST_VIDEO_INFO_FORMAT(&format.info));
  if (!pixels) return std::nullopt;
  format.pixels = *pixels;
  // Without the field GstVideoInfo guesses by the picture's size, which is not what the model's readers did.
  if (gst_structure_has_field(gst_caps_get_structure(caps, 0), "colorimetry")) {
    const GstVideoColorimetry& colorimetry = GST_VIDEO_INFO_COLORIMETRY(&format.info);
    format.matrix = color_matrix(colorimetry.matrix);
    if (colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255) format.range = ColorRange::kFull;
  }
  return format;
}

Outcome<std::unique_ptr<const FrameView>> FrameView::map(GstBuffer* buffer, const FrameFormat& format,
                                                         Orientation orientation) {
  GstVideoInfo info = format.info;
  GstVideoFrame frame;
  if (!gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ)) {
    return Failure{ErrorKind::kInvalidData, "cannot read a buffer of " + std::to_string(gst_buffer_get_size(buffer)) +
                                                " bytes as a frame of " + std::to_string(info.width) + "x" +
                                                std::to_string(info.height) + " " + info.finfo->name};
  }
  return std::unique_ptr<const FrameView>(new FrameView(frame, format, orientation));
}

FrameView::FrameView(const GstVideoFrame& frame, const FrameFormat& format, Orientation orientation) : frame_(frame) {
  const Crop crop = crop_of(frame_);
  image_.format = format.pixels;
  image_.width = crop.width;
  image_.height = crop.height;
  image_.matrix = format.matrix;
  image_.range = format.range;
  image_.orientation = orientation;
  // By component, not by plane: YV12 stores V before U. Of interleaved components only the first counts.
  const bool planar = format.pixels == PixelFormat::kI420, two = format.pixels == PixelFormat::kNv12;
  const guint views = planar ? 3 : two ? 2 : 1;
  const GstVideoFormatInfo* layout = frame_.info.finfo;
  for (guint view = 0; view < views; ++view) {
    const guint plane = views == 1 ? 0 : static_cast<guint>(GST_VIDEO_FRAME_COMP_PLANE(&frame_, view));
    const auto* data = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame_, plane));
    const std::ptrdiff_t stride = GST_VIDEO_FRAME_PLANE_STRIDE(&frame_, plane);
    const int column = crop.x >> GST_VIDEO_FORMAT_INFO_W_SUB(layout, view);
    const int row = crop.y >> GST_VIDEO_FORMAT_INFO_H_SUB(layout, view);
    image_.planes[view] = data + row * stride + column * GST_VIDEO_FRAME_COMP_PSTRIDE(&frame_, view);
    image_.strides[view] = stride;
  }
}

FrameView::~FrameView() {
  gst_video_frame_unmap(&frame_);
}

}  // namespace blip
