#include "plugins/support/orientation_tag.h"

#include <array>
#include <string_view>
#include <utility>

#include "plugins/support/gst_handles.h"

namespace blip {

std::optional<Orientation> orientation_of(const GstTagList* tags) {
  using enum Orientation;
  // GStreamer names the turn that brings the picture upright; "flip" mirrors it before the turn.
  static constexpr std::array<std::pair<std::string_view, Orientation>, 8> kNames{{
      {"rotate-0", kUpright},
      {"flip-rotate-0", kFlipHorizontal},
      {"rotate-180", kRotate180},
      {"flip-rotate-180", kFlipVertical},
      {"flip-rotate-270", kTranspose},
      {"rotate-90", kRotate90Clockwise},
      {"flip-rotate-90", kTransverse},
      {"rotate-270", kRotate90Counterclockwise},
  }};
  gchar* value = nullptr;
  if (!gst_tag_list_get_string(tags, GST_TAG_IMAGE_ORIENTATION, &value)) return std::nullopt;
  const GStringPtr owned(value);
  for (const auto& [name, orientation] : kNames) {
    if (name == owned.get()) return orientation;
  }
  return std::nullopt;
}

}  // namespace blip
