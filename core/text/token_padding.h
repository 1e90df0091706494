#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/token_batch.h"

namespace blip {

enum class PaddingSide { kLeft, kRight };

// Puts texts into one array, filled up with `pad` to `length`, or to the longest text if `length` is 0.
// Throws Error(kInvalidArgument) if a text is longer than `length`.
TokenBatch pad_texts(std::span<const std::vector<std::int64_t>> texts, std::int64_t pad,
                     PaddingSide side = PaddingSide::kRight, std::int64_t length = 0);

}  // namespace blip
