#pragma once

#include <span>

#include "training/metrics/scored_caption.h"

namespace blip {

// ROUGE-L (Lin 2004) as coco-caption computes it: the longest common subsequence with each reference, the best
// precision and the best recall of them, which may be of different references, joined with beta 1.2; the mean over the
// set. Words end at single blanks only, so that two blanks in a row hold an empty word. Throws Error(kInvalidArgument)
// for a caption without references.
MetricScore rouge_l(std::span<const ScoredCaption> captions);

}  // namespace blip
