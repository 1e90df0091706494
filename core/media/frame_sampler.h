#pragma once

#include <cstdint>
#include <vector>

namespace blip {

// Which `count` frames of a clip of `frames` frames are looked at: i * floor(frames / count), the 'uniform' sampling of
// the original's eval_retrieval_video.py (an integer np.arange, so the step is rounded down and there is no offset).
// All 0 when there are fewer frames than asked for. Throws Error(kInvalidArgument) unless both are at least 1.
std::vector<std::int64_t> uniform_indices(std::int64_t frames, std::int64_t count);

}  // namespace blip
