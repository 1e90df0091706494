#include "core/media/frame_sampler.h"

#include <string>

#include "core/base/error.h"

namespace blip {

std::vector<std::int64_t> uniform_indices(std::int64_t frames, std::int64_t count) {
  if (frames < 1 || count < 1) {
    throw Error(ErrorKind::kInvalidArgument, "cannot take " + std::to_string(count) + " of " + std::to_string(frames) +
                                                 " frames; both must be at least 1");
  }
  const std::int64_t step = frames / count;
  std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) indices[static_cast<std::size_t>(i)] = i * step;
  return indices;
}

}  // namespace blip
