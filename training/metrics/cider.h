#pragma once

#include <span>

#include "training/metrics/scored_caption.h"

namespace blip {

// CIDEr-D (arXiv 1411.5726) as coco-caption computes it: document frequencies from the references of this set, n-grams
// up to 4, clipped, with a Gaussian of deviation 6 on the difference of lengths, times 10. So a set of one caption
// scores 0. Throws Error(kInvalidArgument) for a caption without references.
MetricScore cider(std::span<const ScoredCaption> captions);

}  // namespace blip
