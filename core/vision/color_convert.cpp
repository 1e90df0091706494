#include "core/vision/color_convert.h"

extern "C" {
#include <libavutil/pixfmt.h>
#include <libswscale/swscale.h>
}

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/vision/orientation.h"
#include "core/vision/plane_sizes.h"
#include "core/vision/swscale_matrix.h"

namespace blip {
namespace {

constexpr int kLongestSide = 32768;

void check(const ImageView& view) {
  if (view.width < 1 || view.height < 1 || view.width > kLongestSide || view.height > kLongestSide) {
    throw Error(ErrorKind::kInvalidArgument,
                "picture of " + std::to_string(view.width) + "x" + std::to_string(view.height) +
                    " pixels: both sides must be from 1 to " + std::to_string(kLongestSide));
  }
  const PlaneSizes sizes = plane_sizes(view);
  for (int i = 0; i < sizes.count; ++i) {
    const auto p = static_cast<std::size_t>(i);
    if (view.planes[p] == nullptr) throw Error(ErrorKind::kInvalidArgument, "picture lacks plane " + std::to_string(i));
    if (sizes.plane[p].rows > 1 && std::abs(view.strides[p]) < sizes.plane[p].row_bytes) {
      throw Error(ErrorKind::kInvalidArgument, "picture's plane " + std::to_string(i) + " has rows of " +
                                                   std::to_string(sizes.plane[p].row_bytes) +
                                                   " bytes but a stride of " + std::to_string(view.strides[p]));
    }
  }
}

// Copies red, green and blue out of pixels of `step` bytes.
void pick_channels(const ImageView& view, int step, int red, int green, int blue, RgbImage& image) {
  for (int y = 0; y < view.height; ++y) {
    const std::uint8_t* from = view.planes[0] + y * view.strides[0];
    std::uint8_t* to = image.row(y);
    for (int x = 0; x < view.width; ++x, from += step, to += 3) {
      to[0] = from[red];
      to[1] = from[green];
      to[2] = from[blue];
    }
  }
}

void copy_rows(const ImageView& view, RgbImage& image) {
  for (int y = 0; y < view.height; ++y)
    std::memcpy(image.row(y), view.planes[0] + y * view.strides[0], image.row_bytes());
}

// What swscale's vector code wants: rows start at multiples of kAlignment and may be read and written a vector beyond
// their end.
constexpr std::size_t kAlignment = 64;

class PaddedPlane {
 public:
  void resize(std::size_t row_bytes, int rows) {
    stride_ = (row_bytes + 2 * kAlignment - 1) / kAlignment * kAlignment;
    const std::size_t wanted = stride_ * static_cast<std::size_t>(rows) + kAlignment;
    if (wanted <= size_) return;
    bytes_.reset(static_cast<std::uint8_t*>(::operator new (wanted, std::align_val_t{kAlignment})));
    std::memset(bytes_.get(), 0, wanted);
    size_ = wanted;
  }
  std::uint8_t* row(int y) const noexcept { return bytes_.get() + static_cast<std::size_t>(y) * stride_; }
  int stride() const noexcept { return static_cast<int>(stride_); }

 private:
  struct Free {
    void operator()(std::uint8_t* bytes) const noexcept { ::operator delete (bytes, std::align_val_t{kAlignment}); }
  };
  std::unique_ptr<std::uint8_t, Free> bytes_;
  std::size_t stride_ = 0, size_ = 0;
};

struct FreeContext {
  void operator()(SwsContext* context) const noexcept { sws_freeContext(context); }
};

}  // namespace

class ColorConverter::YuvScaler {
 public:
  void convert(const ImageView& view, RgbImage& image) {
    prepare(view);
    copy_in(view);
    const std::uint8_t* const from[4] = {planes_[0].row(0), planes_[1].row(0), planes_[2].row(0), nullptr};
    const int from_strides[4] = {planes_[0].stride(), planes_[1].stride(), planes_[2].stride(), 0};
    std::uint8_t* const to[4] = {rgb_.row(0), nullptr, nullptr, nullptr};
    const int to_strides[4] = {rgb_.stride(), 0, 0, 0};
    if (sws_scale(context_.get(), from, from_strides, 0, view.height, to, to_strides) != view.height) {
      throw Error(ErrorKind::kFailed, "swscale could not convert a picture of " + std::to_string(view.width) + "x" +
                                          std::to_string(view.height) + " pixels");
    }
    for (int y = 0; y < view.height; ++y) std::memcpy(image.row(y), rgb_.row(y), image.row_bytes());
  }

 private:
  void prepare(const ImageView& view) {
    if (context_ && view.width == width_ && view.height == height_ && view.matrix == matrix_ && view.range == range_)
      return;
    context_.reset(sws_getContext(view.width, view.height, AV_PIX_FMT_YUV420P, view.width, view.height,
                                  AV_PIX_FMT_RGB24, SWS_BICUBIC, nullptr, nullptr, nullptr));
    int *inverse = nullptr, *table = nullptr, from_full = 0, to_full = 0, brightness = 0, contrast = 0, saturation = 0;
    if (!context_ || sws_getColorspaceDetails(context_.get(), &inverse, &from_full, &table, &to_full, &brightness,
                                              &contrast, &saturation) < 0) {
      context_.reset();
      throw Error(ErrorKind::kFailed, "swscale cannot convert pictures of " + std::to_string(view.width) + "x" +
                                          std::to_string(view.height) + " pixels");
    }
    const int* const coefficients = sws_getCoefficients(swscale_matrix(view.matrix));
    sws_setColorspaceDetails(context_.get(), coefficients, view.range == ColorRange::kFull, coefficients, to_full,
                             brightness, contrast, saturation);
    width_ = view.width;
    height_ = view.height;
    matrix_ = view.matrix;
    range_ = view.range;
    const auto width = static_cast<std::size_t>(view.width);
    planes_[0].resize(width, view.height);
    planes_[1].resize((width + 1) / 2, (view.height + 1) / 2);
    planes_[2].resize((width + 1) / 2, (view.height + 1) / 2);
    rgb_.resize(3 * width, view.height);
  }

  void copy_in(const ImageView& view) {
    const int half_width = (view.width + 1) / 2, half_height = (view.height + 1) / 2;
    const auto copy_plane = [&](std::size_t p, int row_bytes, int rows) {
      for (int y = 0; y < rows; ++y) {
        std::memcpy(planes_[p].row(y), view.planes[p] + y * view.strides[p], static_cast<std::size_t>(row_bytes));
      }
    };
    copy_plane(0, view.width, view.height);
    if (view.format == PixelFormat::kI420) {
      copy_plane(1, half_width, half_height);
      copy_plane(2, half_width, half_height);
      return;
    }
    for (int y = 0; y < half_height; ++y) {
      const std::uint8_t* from = view.planes[1] + y * view.strides[1];
      std::uint8_t *u = planes_[1].row(y), *v = planes_[2].row(y);
      for (int x = 0; x < half_width; ++x, from += 2) {
        u[x] = from[0];
        v[x] = from[1];
      }
    }
  }

  std::unique_ptr<SwsContext, FreeContext> context_;
  int width_ = 0, height_ = 0;
  ColorMatrix matrix_ = ColorMatrix::kBt601;
  ColorRange range_ = ColorRange::kLimited;
  PaddedPlane planes_[3], rgb_;
};

ColorConverter::ColorConverter() = default;
ColorConverter::~ColorConverter() = default;
ColorConverter::ColorConverter(ColorConverter&&) noexcept = default;
ColorConverter& ColorConverter::operator=(ColorConverter&&) noexcept = default;

const RgbImage& ColorConverter::to_rgb(const ImageView& view) {
  check(view);
  RgbImage& image = stored_;
  image.resize(view.width, view.height);
  switch (view.format) {
    case PixelFormat::kRgb:
      copy_rows(view, image);
      break;
    case PixelFormat::kBgr:
      pick_channels(view, 3, 2, 1, 0, image);
      break;
    case PixelFormat::kRgbx:
      pick_channels(view, 4, 0, 1, 2, image);
      break;
    case PixelFormat::kBgrx:
      pick_channels(view, 4, 2, 1, 0, image);
      break;
    case PixelFormat::kGray8:
      pick_channels(view, 1, 0, 0, 0, image);
      break;
    case PixelFormat::kI420:
    case PixelFormat::kNv12:
      if (!yuv_) yuv_ = std::make_unique<YuvScaler>();
      yuv_->convert(view, image);
      break;
  }
  if (view.orientation == Orientation::kUpright) return stored_;
  turn_upright(stored_, view.orientation, upright_);
  return upright_;
}

RgbImage to_rgb(const ImageView& view) {
  return ColorConverter().to_rgb(view);
}

}  // namespace blip
