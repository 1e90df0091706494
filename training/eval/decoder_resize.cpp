#include "training/eval/decoder_resize.h"

extern "C" {
#include <libavutil/pixfmt.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/vision/orientation.h"
#include "core/vision/swscale_matrix.h"

namespace blip {
namespace {

AVPixelFormat pixel_format(PixelFormat format) {
  switch (format) {
    case PixelFormat::kRgb:
      return AV_PIX_FMT_RGB24;
    case PixelFormat::kBgr:
      return AV_PIX_FMT_BGR24;
    case PixelFormat::kRgbx:
      return AV_PIX_FMT_RGB0;
    case PixelFormat::kBgrx:
      return AV_PIX_FMT_BGR0;
    case PixelFormat::kGray8:
      return AV_PIX_FMT_GRAY8;
    case PixelFormat::kI420:
      return AV_PIX_FMT_YUV420P;
    case PixelFormat::kNv12:
      return AV_PIX_FMT_NV12;
  }
  return AV_PIX_FMT_NONE;
}

constexpr int kRowPadding = 64;  // swscale may write a vector beyond a row's end

}  // namespace

struct DecoderResize::Scaler {
  SwsContext* context = nullptr;
  std::vector<std::uint8_t> rows;
  Scaler() = default;
  Scaler(const Scaler&) = delete;
  Scaler& operator=(const Scaler&) = delete;
  ~Scaler() { sws_freeContext(context); }
};

DecoderResize::DecoderResize() : scaler_(std::make_unique<Scaler>()) {}
DecoderResize::~DecoderResize() = default;

RgbImage DecoderResize::resize(const ImageView& view, int side) {
  const auto size_text = [&] { return std::to_string(view.width) + "x" + std::to_string(view.height) + " pixels"; };
  if (side < 1) throw Error(ErrorKind::kInvalidArgument, "a picture's side must be at least 1 pixel");
  scaler_->context = sws_getCachedContext(scaler_->context, view.width, view.height, pixel_format(view.format), side,
                                          side, AV_PIX_FMT_RGB24, SWS_BICUBIC, nullptr, nullptr, nullptr);
  if (scaler_->context == nullptr)
    throw Error(ErrorKind::kUnsupported, "swscale cannot resize a frame of " + size_text());
  const int* const table = sws_getCoefficients(swscale_matrix(view.matrix));
  constexpr int kNone = 0, kOne = 1 << 16;
  sws_setColorspaceDetails(scaler_->context, table, view.range == ColorRange::kFull ? 1 : 0, table, /*dstRange=*/0,
                           kNone, kOne, kOne);

  const std::size_t stride = static_cast<std::size_t>(side) * 3 + kRowPadding;
  scaler_->rows.resize(stride * static_cast<std::size_t>(side) + kRowPadding);
  std::array<int, 3> strides{};
  for (std::size_t p = 0; p < strides.size(); ++p) strides[p] = static_cast<int>(view.strides[p]);
  std::uint8_t* const to[] = {scaler_->rows.data()};
  const int to_strides[] = {static_cast<int>(stride)};
  if (sws_scale(scaler_->context, view.planes.data(), strides.data(), 0, view.height, to, to_strides) != side)
    throw Error(ErrorKind::kFailed, "swscale could not resize a frame of " + size_text());

  RgbImage image(side, side);
  for (int y = 0; y < side; ++y) {
    const std::uint8_t* row = scaler_->rows.data() + stride * static_cast<std::size_t>(y);
    std::copy_n(row, image.row_bytes(), image.row(y));
  }
  return upright(std::move(image), view.orientation);
}

}  // namespace blip
