#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/engine/backend.h"

namespace blip {

struct RankedIds {
  std::size_t index = 0;               // in the list of answers
  double loss = 0;                     // Backend::continuation_losses; lowest is best
  double first_token_probability = 0;  // by which it was chosen
};

// The original's rank mode (models/blip_vqa.py): of the answers (ids with the last of the prompt first, as [DEC], and
// [SEP] last) the `k` whose first token is likeliest, best by loss first. Throws Error(kInvalidArgument) without
// answers or for a k of 0.
std::vector<RankedIds> rank_by_first_token(Backend& backend, const DecodeInput& input,
                                           std::span<const std::vector<std::int64_t>> answers, std::size_t k,
                                           std::int64_t pad);

}  // namespace blip
