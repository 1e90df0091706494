#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "core/media/video_reader.h"
#include "core/vision/color_convert.h"
#include "core/vision/picture_sketch.h"
#include "core/vision/rgb_image.h"
#include "core/vision/shot_cuts.h"

namespace blip {

struct ShotOptions {
  std::int64_t frames = 1;  // of each shot, evenly spaced; 1 to 8
  double longest = 10;      // seconds; a longer shot is cut into pieces; at least 0.5
  double shortest = 0.2;    // seconds; a shorter one is left out, as it is often half of a fade
  void validate() const;    // throws Error(kInvalidArgument)
};

// A frame that stands for its shot.
struct ShotFrame {
  double time = 0;                      // seconds of stream time
  double shot_start = 0, shot_end = 0;  // of the shot, or of the piece of it
  bool near_duplicate = false;          // an earlier one looks the same
  RgbImage image;                       // upright
};

// Goes through a video once and gives, in order, frames from the middle of its shots. Memory does not grow with the
// video. Not thread-safe.
class ShotFrames {
 public:
  // Throws what VideoReader::open throws.
  ShotFrames(const std::filesystem::path& video, const ShotOptions& options);

  // False at the end. Throws what VideoReader::next throws.
  bool next(ShotFrame& frame);

  const std::vector<std::string>& warnings() const noexcept { return reader_.warnings(); }

 private:
  struct Candidate {
    VideoFrame frame;
    PictureSketch sketch;
  };

  bool read_piece();
  void take_candidate(const VideoFrame& frame, PictureSketch sketch);
  void close_piece(double end);
  bool seen_before(const PictureSketch& sketch);

  ShotOptions options_;
  VideoReader reader_;
  ColorConverter converter_;
  ShotCuts cuts_;
  double piece_start_ = 0, piece_end_ = 0;
  std::size_t frames_in_piece_ = 0, stride_ = 1;
  std::vector<Candidate> candidates_;  // every stride_-th frame of the piece
  struct Chosen {
    Candidate candidate;
    double start = 0, end = 0;
  };
  std::deque<Chosen> chosen_;
  std::deque<PictureSketch> seen_;  // of frames given out, the newest
  bool over_ = false;
};

}  // namespace blip
