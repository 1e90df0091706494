#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "training/metrics/ngrams.h"
#include "training/metrics/scored_caption.h"

namespace blip {

inline constexpr std::size_t kBleuOrders = kMaxNgram;

// What BLEU is made of, summed over a set: n-grams of the candidates, how many of them a reference has (each counted
// at most as often as in one reference), words of the candidates, words of the references closest in length.
struct BleuCounts {
  std::array<double, kBleuOrders> guesses{}, correct{};  // [n - 1]
  double length = 0, reference_length = 0;

  BleuCounts& operator+=(const BleuCounts& other);
};

// BLEU-1 … BLEU-4: geometric mean of the precisions times the brevity penalty, with coco-caption's tiny constants in
// place of smoothing.
std::array<double, kBleuOrders> bleu_of(const BleuCounts& counts);

// BLEU-1 … BLEU-4 (Papineni et al. 2002) as coco-caption computes it: clipped n-gram counts summed over the set, of
// references equally close in length the shorter. Throws Error(kInvalidArgument) for a caption without references.
std::array<MetricScore, kBleuOrders> bleu(std::span<const ScoredCaption> captions);

}  // namespace blip
