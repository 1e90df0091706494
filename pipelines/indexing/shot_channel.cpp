#include "pipelines/indexing/shot_channel.h"

#include <utility>

namespace blip {
namespace {

constexpr std::size_t kMostOnTheirWay = 16;

bool lies_on_its_side(Orientation orientation) {
  return static_cast<int>(orientation) >= static_cast<int>(Orientation::kTranspose);
}

}  // namespace

bool ShotChannel::decoded(DecodedFramePtr frame, const Send& send) {
  const ImageView& image = frame->image();
  const bool on_its_side = lies_on_its_side(image.orientation);
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    width_ = on_its_side ? image.height : image.width;
    height_ = on_its_side ? image.width : image.height;
  }
  std::vector<SampledShot> complete;
  sampler_.take(std::move(frame), complete);
  return pass_on(std::move(complete), send);
}

bool ShotChannel::finish(const Send& send) {
  {
    const std::lock_guard lock(mutex_);
    if (drop_open_) return !closed_;
  }
  std::vector<SampledShot> complete;
  sampler_.finish(complete);
  return pass_on(std::move(complete), send);
}

bool ShotChannel::pass_on(std::vector<SampledShot> complete, const Send& send) {
  for (SampledShot& shot : complete) {
    {
      std::unique_lock lock(mutex_);
      if (found_++ < known_) continue;
      room_.wait(lock, [&] { return closed_ || sent_.size() + done_.size() < kMostOnTheirWay; });
      if (closed_) return false;
      sent_.push_back(shot);
    }
    send(shot);
  }
  const std::lock_guard lock(mutex_);
  return !closed_;
}

void ShotChannel::encoded(std::int64_t time, EncodedFrame frame) {
  const std::lock_guard lock(mutex_);
  encoded_.insert_or_assign(time, std::move(frame));
}

void ShotChannel::described(std::int64_t time, std::optional<std::string> caption) {
  const std::lock_guard lock(mutex_);
  if (sent_.empty() || sent_.front().frame->time() != time) return;
  AnalysedShot shot;
  shot.shot = std::move(sent_.front());
  sent_.pop_front();
  shot.caption = std::move(caption);
  if (auto node = encoded_.extract(time)) {
    shot.embedding = std::move(node.mapped().embedding);
    shot.features = std::move(node.mapped().features);
  }
  done_.push_back(std::move(shot));
}

std::vector<AnalysedShot> ShotChannel::take_done() {
  const std::lock_guard lock(mutex_);
  room_.notify_all();
  return std::exchange(done_, {});
}

void ShotChannel::drop_open() {
  const std::lock_guard lock(mutex_);
  drop_open_ = true;
}

void ShotChannel::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  room_.notify_all();
}

AnalysisEnd ShotChannel::end() const {
  const std::lock_guard lock(mutex_);
  return {drop_open_, found_, sampler_.repeats(), sampler_.end(), width_, height_};
}

bool ShotChannel::all_came_out() const {
  const std::lock_guard lock(mutex_);
  return sent_.empty();
}

}  // namespace blip
