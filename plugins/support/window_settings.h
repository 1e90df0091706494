#pragma once

#include "plugins/support/analysis.h"
#include "plugins/support/property_table.h"

namespace blip {

// The properties frames, window and overlap, for settings with a field `window` of type WindowOptions.
template <class Settings>
struct WindowProperties {
  using T = PropertyTable<Settings>;
  static typename T::Property frames() {
    return T::number(
        {"frames", "Frames",
         "Most frames of a window, which are looked at together; of more, evenly spread ones are taken (1 = "
         "each frame on its own)"},
        1, 1024, kMutablePlaying, [](auto& s) -> auto& { return s.window.frames; });
  }
  static typename T::Property window() {
    return T::big_number(
        {"window", "Window", "Stream time of a window, in nanoseconds (0 = by the number of frames)"}, kMutablePlaying,
        [](auto& s) -> auto& { return s.window.length; });
  }
  static typename T::Property overlap() {
    return T::big_number(
        {"overlap", "Overlap", "Stream time that a window shares with the one before, in nanoseconds"}, kMutablePlaying,
        [](auto& s) -> auto& { return s.window.overlap; });
  }
};

// Fails with kInvalidArgument when windows of these options would make no headway.
inline std::optional<Failure> check_window(const WindowOptions& window) {
  if (window.length == 0 || window.overlap < window.length) return std::nullopt;
  return Failure{ErrorKind::kInvalidArgument, "overlap (" + std::to_string(window.overlap) +
                                                  " ns) must be below window (" + std::to_string(window.length) +
                                                  " ns)"};
}

}  // namespace blip
