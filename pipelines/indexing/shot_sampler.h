#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "core/vision/picture_gate.h"
#include "core/vision/picture_sketch.h"
#include "core/vision/shot_cuts.h"
#include "pipelines/media_input/decoded_frame.h"

namespace blip {

// Times in nanoseconds.
struct SamplingOptions {
  std::int64_t interval = 5'000'000'000;  // a longer shot is cut into pieces of this length
  std::int64_t shortest = 200'000'000;    // a shorter shot joins its neighbour
  std::int64_t longest_repeat = std::numeric_limits<std::int64_t>::max();  // most that repeats make a stretch
  GateOptions gate{GateRule::kSimilar, GateOptions().threshold};           // what a repeat is
};

// A stretch of video that looks alike, and the frame that stands for it.
struct SampledShot {
  std::int64_t start = 0, end = 0;
  DecodedFramePtr frame;
};

// Cuts a video into stretches as its frames come by, one frame chosen for each: from near the middle, and not black or
// of one colour if there is another. A stretch ends at a hard cut, or after the interval; one that repeats the last one
// prolongs it. Stretches follow each other without gaps, the first one from the first frame. They depend on the frames
// alone. Keeps a few frames, however long the video is. Not thread-safe.
class ShotSampler {
 public:
  explicit ShotSampler(const SamplingOptions& options) : options_(options) {}

  // The next frame. Appends what is complete by it.
  void take(DecodedFramePtr frame, std::vector<SampledShot>& complete);
  // The video is over. Appends the rest.
  void finish(std::vector<SampledShot>& complete);

  std::int64_t repeats() const { return repeats_; }  // stretches that prolonged another one so far
  std::int64_t end() const { return end_; }          // of the last frame

 private:
  struct Candidate {
    DecodedFramePtr frame;
    bool is_flat = false;
  };

  void add_candidate(DecodedFramePtr frame, const PictureSketch& sketch);
  void close_piece(std::int64_t end, bool is_last, std::vector<SampledShot>& complete);
  const Candidate& best_candidate(std::int64_t end) const;

  SamplingOptions options_;
  ShotCuts cuts_;
  PictureGate gate_;
  std::vector<Candidate> candidates_;  // every stride_-th frame of the piece
  std::size_t frames_ = 0, stride_ = 1;
  std::int64_t start_ = 0, end_ = 0;  // of the piece
  std::int64_t last_time_ = 0;
  bool begun_ = false;
  std::optional<SampledShot> open_;  // may still be prolonged
  std::int64_t joined_ = 0;          // what short pieces have added to it
  std::int64_t repeats_ = 0;
};

}  // namespace blip
