#include "core/media/frame_viewer.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <cstdlib>
#include <new>
#include <string>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

ColorMatrix matrix_of(AVColorSpace space) noexcept {
  switch (space) {
    case AVCOL_SPC_BT709:
      return ColorMatrix::kBt709;
    case AVCOL_SPC_FCC:
      return ColorMatrix::kFcc;
    case AVCOL_SPC_SMPTE240M:
      return ColorMatrix::kSmpte240m;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return ColorMatrix::kBt2020;
    default:
      return ColorMatrix::kBt601;
  }
}

bool is_full_range(const AVFrame& frame) noexcept {
  return frame.color_range == AVCOL_RANGE_JPEG || frame.format == AV_PIX_FMT_YUVJ420P;
}

// The formats that a view can express.
bool has_own_format(int format, PixelFormat& own) noexcept {
  switch (format) {
    case AV_PIX_FMT_YUV420P:
    case AV_PIX_FMT_YUVJ420P:
      own = PixelFormat::kI420;
      return true;
    case AV_PIX_FMT_NV12:
      own = PixelFormat::kNv12;
      return true;
    case AV_PIX_FMT_RGB24:
      own = PixelFormat::kRgb;
      return true;
    default:
      return false;
  }
}

// swscale warns of the "J" formats: they are their plain twins in full range.
AVPixelFormat without_range(AVPixelFormat format, bool& full_range) noexcept {
  switch (format) {
    case AV_PIX_FMT_YUVJ422P:
      full_range = true;
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
      full_range = true;
      return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P:
      full_range = true;
      return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P:
      full_range = true;
      return AV_PIX_FMT_YUV411P;
    default:
      return format;
  }
}

}  // namespace

OwnedView FrameViewer::view(FrameHandle frame) {
  OwnedView result;
  ImageView& view = result.view;
  view.matrix = matrix_of(frame->colorspace);
  view.range = is_full_range(*frame) ? ColorRange::kFull : ColorRange::kLimited;
  if (!has_own_format(frame->format, view.format)) {
    frame = to_rgb(*frame);
    view.format = PixelFormat::kRgb;
  }
  view.width = frame->width;
  view.height = frame->height;
  for (std::size_t p = 0; p < view.planes.size(); ++p) {
    view.planes[p] = frame->data[p];
    view.strides[p] = frame->linesize[p];
  }
  result.owner = std::shared_ptr<AVFrame>(frame.release(), FrameDeleter());
  return result;
}

FrameHandle FrameViewer::to_rgb(const AVFrame& frame) {
  bool full_range = frame.color_range == AVCOL_RANGE_JPEG;
  const auto format = without_range(static_cast<AVPixelFormat>(frame.format), full_range);
  FrameHandle rgb(av_frame_alloc());
  if (!rgb) throw std::bad_alloc();
  rgb->format = AV_PIX_FMT_RGB24;
  rgb->width = frame.width;
  rgb->height = frame.height;
  if (av_frame_get_buffer(rgb.get(), 0) < 0) throw std::bad_alloc();
  scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height, format, frame.width, frame.height,
                                     AV_PIX_FMT_RGB24, SWS_BICUBIC, nullptr, nullptr, nullptr));
  if (!scaler_) {
    const char* name = av_get_pix_fmt_name(format);
    throw Error(ErrorKind::kUnsupported,
                std::string("swscale cannot read pixels of format ") + (name != nullptr ? name : "unknown"));
  }
  int *inverse = nullptr, *table = nullptr, from_full = 0, to_full = 0, brightness = 0, contrast = 0, saturation = 0;
  if (sws_getColorspaceDetails(scaler_.get(), &inverse, &from_full, &table, &to_full, &brightness, &contrast,
                               &saturation) >= 0) {
    const int* const coefficients = sws_getCoefficients(frame.colorspace);
    sws_setColorspaceDetails(scaler_.get(), coefficients, full_range || from_full != 0, coefficients, to_full,
                             brightness, contrast, saturation);
  }
  if (sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, rgb->data, rgb->linesize) != frame.height) {
    throw Error(ErrorKind::kFailed, "swscale could not convert a frame of " + std::to_string(frame.width) + "x" +
                                        std::to_string(frame.height) + " pixels");
  }
  return rgb;
}

Orientation orientation_of(const std::int32_t* m) noexcept {
  // A stored point (x, y) is shown at (m0 x + m3 y, m1 x + m4 y), up to a shift.
  constexpr std::int32_t kOne = 1 << 16, kNear = kOne / 50;
  const auto sign = [](std::int32_t value) {
    if (std::abs(static_cast<double>(value)) <= kNear) return 0;
    return std::abs(std::abs(static_cast<double>(value)) - kOne) > kNear ? 2 : value > 0 ? 1 : -1;
  };
  const int xx = sign(m[0]), yx = sign(m[1]), xy = sign(m[3]), yy = sign(m[4]);
  if (yx == 0 && xy == 0) {
    if (xx == -1 && yy == -1) return Orientation::kRotate180;
    if (xx == -1 && yy == 1) return Orientation::kFlipHorizontal;
    if (xx == 1 && yy == -1) return Orientation::kFlipVertical;
  } else if (xx == 0 && yy == 0) {
    if (yx == 1 && xy == -1) return Orientation::kRotate90Clockwise;
    if (yx == -1 && xy == 1) return Orientation::kRotate90Counterclockwise;
    if (yx == 1 && xy == 1) return Orientation::kTranspose;
    if (yx == -1 && xy == -1) return Orientation::kTransverse;
  }
  return Orientation::kUpright;
}

}  // namespace blip
