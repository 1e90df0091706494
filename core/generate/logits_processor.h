#pragma once

#include <cstdint>
#include <span>

#include "core/generate/options.h"

// Functions over one row of logits (or, in beam search, of log-probabilities), in place. A barred token becomes -inf.
// The original and transformers apply them in the order in which they stand here.
namespace blip {

// Each distinct token of `previous` once: a score below 0 is multiplied by `penalty`, any other divided.
void penalise_repetition(std::span<float> row, std::span<const std::int64_t> previous, double penalty);

// Bars [SEP] while a sequence of `length` tokens, prompt included, is shorter than `min_length`.
void enforce_min_length(std::span<float> row, std::int64_t sep, std::int64_t length, std::int64_t min_length);

void apply_temperature(std::span<float> row, double temperature);

// Keeps the k highest, and what equals the lowest of them; 0 = all.
void keep_top_k(std::span<float> row, std::int64_t k);

// Keeps the smallest set of most probable tokens whose summed probability exceeds p; 1 = all. Equal scores: lower index
// first.
void keep_top_p(std::span<float> row, double p);

// The two that every search uses. `said` is what counts as said before, `length` the sequence's, prompt included.
void apply_search_processors(std::span<float> row, std::span<const std::int64_t> said, std::int64_t length,
                             std::int64_t sep, const GenerationOptions& options);

// The three that sampling adds.
void apply_sampling_filters(std::span<float> row, const GenerationOptions& options);

}  // namespace blip
