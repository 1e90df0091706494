#pragma once

#include <string>

#include "core/checkpoint/checkpoint.h"

namespace blip {

// Tells models apart by their weights, as 8 hex digits: layout, and names, types, shapes and bytes of all tensors. Of a
// tensor above 256 KiB, 64 evenly spaced blocks of 4 KiB count. The same wherever the checkpoint lies.
std::string model_identity(const Checkpoint& checkpoint);

}  // namespace blip
