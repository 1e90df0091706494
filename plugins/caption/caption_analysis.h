#pragma once

#include <memory>

#include "plugins/support/base_settings.h"

namespace blip {

// An analysis that captions frames with the settings' options of the moment. `settings` must outlive it.
// Findings have the fields score, confidence and token_ids.
std::unique_ptr<Analysis> make_caption_analysis(const Guarded<CaptionOptions>& settings);

}  // namespace blip
