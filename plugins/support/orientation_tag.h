#pragma once

#include <gst/gst.h>

#include <optional>

#include "core/base/image_view.h"

namespace blip {

// GST_TAG_IMAGE_ORIENTATION of a tag list; empty when it has none, or one that is not known.
std::optional<Orientation> orientation_of(const GstTagList* tags);

}  // namespace blip
