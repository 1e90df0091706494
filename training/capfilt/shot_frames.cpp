#include "training/capfilt/shot_frames.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::size_t kMostCandidates = 16;
constexpr std::size_t kMostSeen = 512;
constexpr double kSameMean = 1.5, kSameHigh = 12;  // of 255

}  // namespace

void ShotOptions::validate() const {
  if (frames < 1 || frames > 8)
    throw Error(ErrorKind::kInvalidArgument, "frames a shot is " + std::to_string(frames) + "; must be from 1 to 8");
  if (!(longest >= 0.5))
    throw Error(ErrorKind::kInvalidArgument, "longest shot is " + std::to_string(longest) + " s; must be at least 0.5");
  if (!(shortest >= 0 && shortest <= longest))
    throw Error(ErrorKind::kInvalidArgument,
                "shortest shot is " + std::to_string(shortest) + " s; must be from 0 to the longest one's length");
}

ShotFrames::ShotFrames(const std::filesystem::path& video, const ShotOptions& options)
    : options_(options), reader_(VideoReader::open(video)) {
  options_.validate();
}

bool ShotFrames::next(ShotFrame& frame) {
  while (chosen_.empty())
    if (!read_piece()) return false;
  Chosen chosen = std::move(chosen_.front());
  chosen_.pop_front();
  frame.time = chosen.candidate.frame.pts;
  frame.shot_start = chosen.start;
  frame.shot_end = chosen.end;
  frame.near_duplicate = seen_before(chosen.candidate.sketch);
  frame.image = converter_.to_rgb(chosen.candidate.frame.view);
  return true;
}

// Reads on until a piece is complete; false when there is none any more.
bool ShotFrames::read_piece() {
  if (over_) return false;
  VideoFrame frame;
  while (reader_.next(frame)) {
    PictureSketch sketch = sketch_of(frame.view);
    const bool cut = cuts_.begins_shot(sketch);
    const bool first = frames_in_piece_ == 0;
    if (!first && (cut || frame.pts - piece_start_ >= options_.longest)) {
      close_piece(frame.pts);
      piece_start_ = frame.pts;
      take_candidate(frame, std::move(sketch));
      piece_end_ = frame.pts + frame.duration;
      return true;
    }
    if (first) piece_start_ = frame.pts;
    take_candidate(frame, std::move(sketch));
    piece_end_ = frame.pts + frame.duration;
  }
  over_ = true;
  if (frames_in_piece_ > 0) close_piece(piece_end_);
  return true;
}

// Keeps at most kMostCandidates frames, evenly spaced: when they are too many, every second one goes.
void ShotFrames::take_candidate(const VideoFrame& frame, PictureSketch sketch) {
  if (frames_in_piece_++ % stride_ != 0) return;
  candidates_.push_back({frame, std::move(sketch)});
  if (candidates_.size() < kMostCandidates) return;
  for (std::size_t i = 0; 2 * i < candidates_.size(); ++i)
    if (i > 0) candidates_[i] = std::move(candidates_[2 * i]);
  candidates_.resize((candidates_.size() + 1) / 2);
  stride_ *= 2;
}

void ShotFrames::close_piece(double end) {
  if (end - piece_start_ >= options_.shortest) {
    const auto count = static_cast<std::size_t>(options_.frames);
    std::size_t last = candidates_.size();
    for (std::size_t k = 0; k < count; ++k) {
      const double wanted =
          piece_start_ + (end - piece_start_) * (static_cast<double>(k) + 0.5) / static_cast<double>(count);
      const auto nearer = [&](const Candidate& one, const Candidate& other) {
        return std::abs(one.frame.pts - wanted) < std::abs(other.frame.pts - wanted);
      };
      const auto best = static_cast<std::size_t>(std::min_element(candidates_.begin(), candidates_.end(), nearer) -
                                                 candidates_.begin());
      if (best != last) chosen_.push_back({candidates_[best], piece_start_, end});
      last = best;
    }
  }
  candidates_.clear();
  frames_in_piece_ = 0;
  stride_ = 1;
}

bool ShotFrames::seen_before(const PictureSketch& sketch) {
  const bool seen = std::any_of(seen_.begin(), seen_.end(), [&](const PictureSketch& other) {
    const SketchDifference d = difference(sketch, other);
    return d.mean <= kSameMean && d.high <= kSameHigh;
  });
  if (seen) return true;
  seen_.push_back(sketch);
  if (seen_.size() > kMostSeen) seen_.pop_front();
  return false;
}

}  // namespace blip
