#include "pipelines/captioning/caption_settings.h"

#include "pipelines/captioning/usage_error.h"

namespace blip {

void CaptionSettings::validate() const {
  if (min_length > max_length)
    throw UsageError("--min-length " + std::to_string(min_length) + " is above --max-length " +
                     std::to_string(max_length) + "; it may be at most as large");
}

}  // namespace blip
