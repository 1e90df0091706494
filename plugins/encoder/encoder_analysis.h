#pragma once

#include <memory>

#include "plugins/encoder/encoder_settings.h"
#include "plugins/support/analysis.h"

namespace blip {

// An analysis that encodes frames, and scores them against queries (ITC). Findings have the text of the best query and
// the fields scores (query, score, negative; best first), embedding and, with clip-frames, clip_embedding; both are row
// after row where a clip has several embeddings, and embedding_rows says how many. `settings` must outlive it.
std::unique_ptr<Analysis> make_encoder_analysis(const Guarded<EncoderSettings>& settings);

}  // namespace blip
