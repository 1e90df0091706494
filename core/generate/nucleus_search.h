#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "core/generate/said_tokens.h"
#include "core/generate/search.h"

namespace blip {

// Draws every token from what temperature, top-k and top-p leave (arXiv 1904.09751): num_return independent samples,
// best first by summed log-probability. Sample i depends on the seed and i only, on every platform: no distribution of
// the standard library is used.
class NucleusSearch final : public Search {
 public:
  NucleusSearch(std::vector<std::int64_t> prompt, const GenerationOptions& options, std::int64_t sep,
                std::optional<std::vector<std::int64_t>> said_before = {});

  std::span<const SearchRow> rows() const override { return rows_; }
  void advance(std::span<float> logits) override;
  bool done() const override { return rows_.empty(); }
  std::vector<GeneratedSequence> results() const override;

 private:
  struct Sample {
    GeneratedSequence sequence;
    std::mt19937_64 generator;
    std::size_t row = 0;  // of the step that rows_ describes
    bool done = false;
  };

  void extend(Sample& sample, std::span<const float> filtered_logits);

  GenerationOptions options_;
  std::int64_t sep_;
  SaidTokens said_;
  std::vector<Sample> samples_;
  std::vector<SearchRow> rows_;
};

}  // namespace blip
