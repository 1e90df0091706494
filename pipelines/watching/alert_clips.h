#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "pipelines/watching/alert.h"
#include "pipelines/watching/clip_settings.h"
#include "pipelines/watching/picture_ring.h"

namespace blip {

// Adds thumbnails and clips to alerts, and passes them on: those of one live source, or those of files. Clips of a file
// are decoded anew from it, those of a live source made of the pictures that were kept. They are written in a thread of
// their own; when many wait, further alerts of live sources go without, and end() waits for those of files. start(),
// end(), advance() and finish() come from one thread.
class AlertClips {
 public:
  struct Listener {
    std::function<void(const Alert&)> alert;          // complete; ends come from the thread that writes
    std::function<void(const std::string&)> warning;  // why there is no clip
  };
  struct Counts {
    std::uint64_t written = 0, failed = 0;
  };

  // `ring` must outlive this; null: clips are cut from the files that the alerts name as their sources.
  AlertClips(ClipSettings settings, PictureRing* ring, Listener listener);
  ~AlertClips();  // clips that are not begun are not made
  AlertClips(const AlertClips&) = delete;
  AlertClips& operator=(const AlertClips&) = delete;

  void start(Alert alert);
  void end(Alert alert);
  // Live sources: pictures up to `time` are there. Lets the ring forget what no clip needs.
  void advance(std::int64_t time);
  // No more pictures come: completes all clips with what there is, and waits.
  void finish();
  Counts counts() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
