#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/image_view.h"
#include "core/vision/tile_difference.h"

namespace blip {

// Which pictures need not be looked at again.
enum class GateRule {
  kOff,        // none
  kDuplicate,  // those that are the same byte for byte
  kSimilar,    // also those that differ little everywhere
};

struct GateOptions {
  GateRule rule = GateRule::kDuplicate;
  double threshold = 2;  // kSimilar: largest tile_difference() that is little, in levels of 255
};

// What a picture repeats.
enum class Repeat { kNone, kDuplicate, kSimilar };

// Compares pictures with the one that was last analysed, not with the last one seen: a slow change adds up until it is
// large enough. Not thread-safe.
class PictureGate {
 public:
  PictureGate() = default;
  PictureGate(const PictureGate&) = delete;
  PictureGate& operator=(const PictureGate&) = delete;

  // Pictures of another size, format, colour or orientation repeat nothing. Padding between rows does not count.
  // Throws Error(kInvalidArgument) for an empty picture or one of an unknown format.
  Repeat compare(const ImageView& picture, const GateOptions& options);
  // This one is analysed: later ones are compared with it. Its pixels are copied.
  void keep(const ImageView& picture);
  void reset();

 private:
  std::optional<ImageView> kept_;  // of `bytes_`
  std::vector<std::uint8_t> bytes_;
  std::optional<Thumbnail> thumbnail_;  // made when it is first needed
};

}  // namespace blip
