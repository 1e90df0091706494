#include "pipelines/indexing/shot_sampler.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace blip {
namespace {

constexpr std::size_t kMostCandidates = 8;
constexpr int kFlatLevels = 12;  // of 255: brightness that differs by no more all over is no picture

// Whether all but a few cells of the first plane (brightness, or red) are alike.
bool is_flat(const PictureSketch& sketch, PixelFormat format) {
  const std::size_t planes = format == PixelFormat::kGray8 ? 1 : 3;
  std::vector<std::uint8_t> cells(sketch.cells.begin(),
                                  sketch.cells.begin() + static_cast<std::ptrdiff_t>(sketch.cells.size() / planes));
  const auto at = [&](std::size_t percent) {
    const auto place = cells.begin() + static_cast<std::ptrdiff_t>(cells.size() * percent / 100);
    std::nth_element(cells.begin(), place, cells.end());
    return static_cast<int>(*place);
  };
  return at(98) - at(2) <= kFlatLevels;
}

}  // namespace

void ShotSampler::take(DecodedFramePtr frame, std::vector<SampledShot>& complete) {
  const PictureSketch sketch = sketch_of(frame->image());
  const bool cut = cuts_.begins_shot(sketch);
  const std::int64_t time = frame->time();
  const bool first = !std::exchange(begun_, true);
  if (first) {
    start_ = time;
  } else if (cut || time - start_ >= options_.interval) {
    close_piece(time, /*is_last=*/false, complete);
  }
  end_ = time + (frame->duration() > 0 ? frame->duration() : first ? 0 : time - last_time_);
  last_time_ = time;
  add_candidate(std::move(frame), sketch);
}

void ShotSampler::finish(std::vector<SampledShot>& complete) {
  if (frames_ > 0) close_piece(end_, /*is_last=*/true, complete);
  if (open_) complete.push_back(*std::exchange(open_, std::nullopt));
}

// Keeps a few frames, evenly spaced: when they are too many, every second one goes.
void ShotSampler::add_candidate(DecodedFramePtr frame, const PictureSketch& sketch) {
  if (frames_++ % stride_ != 0) return;
  const PixelFormat format = frame->image().format;
  candidates_.push_back({std::move(frame), is_flat(sketch, format)});
  if (candidates_.size() < kMostCandidates) return;
  for (std::size_t i = 1; 2 * i < candidates_.size(); ++i) candidates_[i] = std::move(candidates_[2 * i]);
  candidates_.resize((candidates_.size() + 1) / 2);
  stride_ *= 2;
}

void ShotSampler::close_piece(std::int64_t end, bool is_last, std::vector<SampledShot>& complete) {
  const std::int64_t length = end - start_;
  const bool is_short = length < options_.shortest;
  if (is_short && open_ && joined_ + length <= options_.interval) {
    open_->end = end;
    joined_ += length;
  } else if (!is_short || open_ || is_last) {
    DecodedFramePtr frame = best_candidate(end).frame;
    const bool repeats = open_ && end - open_->start <= options_.longest_repeat &&
                         gate_.compare(frame->image(), options_.gate) != Repeat::kNone;
    if (repeats) {
      open_->end = end;
      ++repeats_;
    } else {
      if (options_.gate.rule != GateRule::kOff) gate_.keep(frame->image());
      if (open_) complete.push_back(std::move(*open_));
      open_ = SampledShot{start_, end, std::move(frame)};
      joined_ = 0;
    }
  }
  // The very first piece, when it is short, joins the next one: that begins where this one did.
  if (open_) start_ = end;
  candidates_.clear();
  frames_ = 0;
  stride_ = 1;
}

const ShotSampler::Candidate& ShotSampler::best_candidate(std::int64_t end) const {
  const std::int64_t middle = start_ + (end - start_) / 2;
  return *std::min_element(candidates_.begin(), candidates_.end(), [&](const Candidate& one, const Candidate& other) {
    if (one.is_flat != other.is_flat) return other.is_flat;
    return std::abs(one.frame->time() - middle) < std::abs(other.frame->time() - middle);
  });
}

}  // namespace blip
