#include "training/data/video_frames.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/error.h"
#include "core/media/video_reader.h"
#include "core/vision/color_convert.h"

namespace blip {

std::vector<std::string> read_video_frames(const std::filesystem::path& video, const std::vector<double>& times,
                                           const std::function<void(std::size_t i, const RgbImage& image)>& take) {
  std::vector<std::size_t> order(times.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return times[a] < times[b]; });

  VideoReader reader = VideoReader::open(video);
  ColorConverter converter;
  VideoFrame shown, next;
  auto wanted = order.begin();
  const auto hand_out = [&](auto end) {
    if (wanted == end) return;
    const RgbImage& image = converter.to_rgb(shown.view);
    for (; wanted != end; ++wanted) take(*wanted, image);
  };
  const auto first_at_or_after = [&](double time) {
    return std::find_if(wanted, order.end(), [&](std::size_t i) { return times[i] >= time; });
  };
  bool more = wanted != order.end() && reader.next(shown);
  while (more && wanted != order.end()) {
    more = reader.next(next);
    if (!more) break;
    hand_out(first_at_or_after(next.pts));
    shown = std::move(next);
  }
  if (wanted == order.end()) return reader.warnings();
  const double over = shown.pts + shown.duration;
  const auto too_late = std::find_if(wanted, order.end(), [&](std::size_t i) { return times[i] > over; });
  hand_out(too_late);
  if (wanted == order.end()) return reader.warnings();
  throw Error(ErrorKind::kInvalidData, "video '" + video.string() + "' has no frame at " +
                                           std::to_string(times[*wanted]) + " s: it is over at " +
                                           std::to_string(over) + " s");
}

}  // namespace blip
