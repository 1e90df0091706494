#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "training/metrics/scored_caption.h"

namespace blip {

inline constexpr std::size_t kMaxNgram = 4;  // words in the longest n-gram that BLEU and CIDEr look at

using Words = std::vector<std::string>;
using NgramCounts = std::map<Words, double>;                    // how often
using NgramCountsByOrder = std::array<NgramCounts, kMaxNgram>;  // [n - 1]

// Split at white space as Python's str.split() does, Unicode's included.
Words split_words(std::string_view text);

NgramCountsByOrder count_ngrams(const Words& words);

// Throws Error(kInvalidArgument) that quotes the first caption without references.
void expect_references(std::span<const ScoredCaption> captions);

}  // namespace blip
