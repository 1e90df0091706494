#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace blip {

// Which video is kept of an alert.
struct ClipSettings {
  std::filesystem::path directory;             // empty: no clips, no thumbnails
  std::int64_t before = 3'000'000'000;         // nanoseconds before the alert's start
  std::int64_t after = 3'000'000'000;          // nanoseconds after its end
  std::int64_t longest = 60'000'000'000;       // of a clip, nanoseconds: the beginning of a longer alert
  double fps = 10;                             // live sources: pictures a second that are kept
  int width = 640, height = 480;               // live sources: largest picture that is kept
  std::size_t memory = std::size_t{64} << 20;  // bytes of pictures that a live source may keep

  bool wanted() const { return !directory.empty(); }
  // Makes the directory if it is not there and tries to write into it. Throws Error naming it; kInvalidArgument for
  // numbers out of range.
  void prepare() const;
};

}  // namespace blip
