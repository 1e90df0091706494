#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "training/capfilt/found_picture.h"
#include "training/capfilt/picture_outcome.h"

namespace blip {

// Picks a few texts of each kind (web and synthetic, kept and dropped) for people to look at: the same ones whatever
// the order in which pictures come.
class ExamplePicker {
 public:
  // The picture must be decoded.
  void offer(const FoundPicture& picture, const PictureOutcome& outcome);

  // Writes a tar of small pictures, KEY.jpg, with KEY.json {"source", "verdict", "text", "match", "label", "reason",
  // "video", "time"}, into `folder`. Nothing when none was picked.
  void write(const std::filesystem::path& folder) const;

 private:
  struct Example {
    std::uint64_t rank = 0;
    std::string key, jpeg, json;
  };
  std::array<std::vector<Example>, 4> picked_;  // by rank, lowest first
};

}  // namespace blip
