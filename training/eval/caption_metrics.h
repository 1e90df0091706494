#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

namespace blip {

// A generated caption and its references, words separated by white space (Unicode's): what a tokenizer has made of
// them. Case and marks are as they are.
struct ScoredCaption {
  std::string candidate;
  std::vector<std::string> references;  // at least one
};

// A metric over a whole set, and for each of its captions.
struct MetricScore {
  double corpus = 0;
  std::vector<double> each;
};

inline constexpr std::size_t kBleuOrders = 4;

// BLEU-1 … BLEU-4 (Papineni et al. 2002) as coco-caption computes it: clipped n-gram counts summed over the set, the
// closest reference length, tiny constants instead of smoothing. Throws Error(kInvalidArgument) for a caption without
// references.
std::array<MetricScore, kBleuOrders> bleu(std::span<const ScoredCaption> captions);

// CIDEr-D (arXiv 1411.5726) as coco-caption computes it: document frequencies from the references of this set, n-grams
// up to 4, clipped, with a Gaussian of deviation 6 on the difference of lengths, times 10. Throws as bleu().
MetricScore cider(std::span<const ScoredCaption> captions);

}  // namespace blip
