#include "pipelines/watching/picture_ring.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace blip {

void PictureRing::add(std::int64_t time, std::string jpeg) {
  const std::lock_guard lock(mutex_);
  if (!pictures_.empty() && time <= pictures_.back().time) return;
  bytes_ += jpeg.size();
  pictures_.push_back({time, std::make_shared<const std::string>(std::move(jpeg))});
  while (bytes_ > most_bytes_ && pictures_.size() > 1) drop_first();
}

void PictureRing::forget_before(std::int64_t time) {
  const std::lock_guard lock(mutex_);
  while (pictures_.size() > 1 && pictures_.front().time < time) drop_first();
}

std::vector<KeptPicture> PictureRing::between(std::int64_t from, std::int64_t to) const {
  const std::lock_guard lock(mutex_);
  std::vector<KeptPicture> found;
  std::copy_if(pictures_.begin(), pictures_.end(), std::back_inserter(found),
               [&](const KeptPicture& picture) { return picture.time >= from && picture.time <= to; });
  return found;
}

std::optional<KeptPicture> PictureRing::newest() const {
  const std::lock_guard lock(mutex_);
  if (pictures_.empty()) return std::nullopt;
  return pictures_.back();
}

std::optional<KeptPicture> PictureRing::nearest(std::int64_t time) const {
  const std::lock_guard lock(mutex_);
  const auto best = std::min_element(pictures_.begin(), pictures_.end(), [&](const auto& a, const auto& b) {
    return std::abs(a.time - time) < std::abs(b.time - time);
  });
  if (best == pictures_.end()) return std::nullopt;
  return *best;
}

std::size_t PictureRing::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

void PictureRing::drop_first() {
  bytes_ -= pictures_.front().jpeg->size();
  pictures_.pop_front();
}

}  // namespace blip
