#include "pipelines/indexing/segment_thumbnail.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/vision/jpeg_writer.h"
#include "core/vision/pillow_resize.h"
#include "core/vision/plane_sizes.h"

namespace blip {
namespace {

// A picture whose pixels are the means of `times` x `times` pixels of another one; what is left over at the right and
// at the bottom goes. Much cheaper than to convert and scale all pixels.
class ShrunkPicture {
 public:
  ShrunkPicture(const ImageView& view, int times) : view_(view) {
    view_.width = view.width / times;
    view_.height = view.height / times;
    const PlaneSizes from = plane_sizes(view), to = plane_sizes(view_);
    for (std::size_t p = 0; p < static_cast<std::size_t>(to.count); ++p)
      planes_.emplace_back(static_cast<std::size_t>(to.plane[p].row_bytes) *
                           static_cast<std::size_t>(to.plane[p].rows));
    for (std::size_t p = 0; p < planes_.size(); ++p) {
      shrink({view.planes[p], view.strides[p], from.plane[p]}, to.plane[p], channels_of(view.format, p), times,
             planes_[p].data());
      view_.planes[p] = planes_[p].data();
      view_.strides[p] = to.plane[p].row_bytes;
    }
  }
  const ImageView& view() const { return view_; }

 private:
  struct Source {
    const std::uint8_t* data;
    std::ptrdiff_t stride;
    PlaneSize size;
  };

  static int channels_of(PixelFormat format, std::size_t plane) {
    switch (format) {
      case PixelFormat::kRgb:
      case PixelFormat::kBgr:
        return 3;
      case PixelFormat::kRgbx:
      case PixelFormat::kBgrx:
        return 4;
      case PixelFormat::kNv12:
        return plane == 0 ? 1 : 2;
      default:
        return 1;
    }
  }

  static void shrink(const Source& from, const PlaneSize& to, int channels, int times, std::uint8_t* out) {
    const int columns = from.size.row_bytes / channels;
    std::vector<std::uint32_t> sums(static_cast<std::size_t>(to.row_bytes));
    for (int row = 0; row < to.rows; ++row, out += to.row_bytes) {
      std::fill(sums.begin(), sums.end(), 0U);
      for (int y = 0; y < times; ++y) {
        const std::uint8_t* line = from.data + std::min(row * times + y, from.size.rows - 1) * from.stride;
        for (int i = 0; i < to.row_bytes; ++i) {
          const int first = i / channels * times, channel = i % channels;
          for (int x = 0; x < times; ++x)
            sums[static_cast<std::size_t>(i)] += line[std::min(first + x, columns - 1) * channels + channel];
        }
      }
      const auto area = static_cast<std::uint32_t>(times * times);
      for (int i = 0; i < to.row_bytes; ++i)
        out[i] = static_cast<std::uint8_t>((sums[static_cast<std::size_t>(i)] + area / 2) / area);
    }
  }

  ImageView view_;
  std::vector<std::vector<std::uint8_t>> planes_;
};

}  // namespace

std::string ThumbnailMaker::make(const ImageView& frame) {
  constexpr JpegOptions kJpeg{.quality = 80, .subsample_chroma = true};
  const int times = std::min(std::max(frame.width, frame.height) / kThumbnailSide, std::min(frame.width, frame.height));
  const RgbImage& picture =
      times > 1 ? converter_.to_rgb(ShrunkPicture(frame, times).view()) : converter_.to_rgb(frame);
  const int longer = std::max(picture.width, picture.height);
  if (longer <= kThumbnailSide) return encode_jpeg(picture, kJpeg);
  const auto scaled = [&](int side) {
    return static_cast<int>(std::max<std::int64_t>((std::int64_t{side} * kThumbnailSide + longer / 2) / longer, 1));
  };
  return encode_jpeg(pillow_resize(picture, scaled(picture.width), scaled(picture.height)), kJpeg);
}

}  // namespace blip
