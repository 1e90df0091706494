#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/generate/said_tokens.h"
#include "core/generate/search.h"

namespace blip {

// The most probable token at every step. The processors act on raw logits, as in the original and in transformers.
// Equal logits: the lower token id.
class GreedySearch final : public Search {
 public:
  GreedySearch(std::vector<std::int64_t> prompt, const GenerationOptions& options, std::int64_t sep,
               std::optional<std::vector<std::int64_t>> said_before = {});

  std::span<const SearchRow> rows() const override;
  void advance(std::span<float> logits) override;
  bool done() const override { return done_; }
  std::vector<GeneratedSequence> results() const override { return {sequence_}; }

 private:
  GenerationOptions options_;
  std::int64_t sep_;
  SaidTokens said_;
  GeneratedSequence sequence_;
  SearchRow row_;
  bool done_ = false;
};

}  // namespace blip
