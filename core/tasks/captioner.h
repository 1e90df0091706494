#pragma once

#include <span>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/tasks/task_types.h"

namespace blip {

// Captions with BLIP's image-grounded text decoder. Works with every layout whose decoder reads the image: captioner
// and pretrain. Throws Error(kUnsupported) for other layouts, kInvalidArgument for options out of range or a prompt
// that leaves no room.
std::vector<Caption> caption(LoadedModel& model, std::span<const Clip> clips, const CaptionOptions& options);

}  // namespace blip
