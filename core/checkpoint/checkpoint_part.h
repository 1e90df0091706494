#pragma once

#include <optional>
#include <string>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// The layout that is written of a checkpoint: its own, or the part that was asked for. Throws Error(kInvalidArgument)
// for a part that it does not have.
Layout checked_part(const Checkpoint& checkpoint, std::optional<Layout> wanted);

// The tensors of `layout`, a part of what the checkpoint holds.
TensorMap part_tensors(const Checkpoint& checkpoint, Layout layout);

}  // namespace blip
