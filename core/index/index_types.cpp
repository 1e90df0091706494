#include "core/index/index_types.h"

namespace blip {

const char* name_of(VideoState state) noexcept {
  switch (state) {
    case VideoState::kWaiting:
      return "waiting";
    case VideoState::kIndexing:
      return "indexing";
    case VideoState::kDone:
      return "done";
    case VideoState::kFailed:
      return "failed";
  }
  return "unknown";
}

}  // namespace blip
