#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "training/capfilt/capfilt_folder.h"

namespace blip {

// Texts of one source by truth and by what the filter made of them.
struct NoiseTally {
  std::int64_t true_kept = 0, true_dropped = 0, false_kept = 0, false_dropped = 0;

  std::int64_t all() const noexcept { return true_kept + true_dropped + false_kept + false_dropped; }
  // Percent; 0 where there is nothing to divide by.
  double noise_before() const noexcept;    // of all texts, those that are false
  double noise_after() const noexcept;     // of those kept
  double keep_precision() const noexcept;  // of those kept, those that are true
  double keep_recall() const noexcept;     // of the true ones, those kept
  double drop_precision() const noexcept;  // of those dropped, those that are false
  double drop_recall() const noexcept;     // of the false ones, those dropped
  double drop_share() const noexcept;      // of all, those dropped: the paper's noise ratio where texts are synthetic
};

struct LabelTally {
  std::int64_t in = 0, kept = 0;
};

struct NoiseScore {
  std::array<NoiseTally, 2> by_source;       // web, synthetic
  std::map<std::string, LabelTally> labels;  // of web texts: right, partial, wrong, irrelevant
  std::int64_t unjudged = 0;                 // texts that failed
};

// Holds what a run kept and dropped of ShapesWorld shards (blip-train synth) against what is true of the pictures: a
// text is true when it is a sentence of the grammar and all that it states holds (training/synth/truth.h). The shards
// must lie where the run found them. Throws Error(kNotFound, kInvalidData) naming the file, also when a sample does not
// say what its picture shows.
NoiseScore score_noise(const CapFiltFolder& folder);

std::string noise_table(const NoiseScore& score);  // Markdown
nlohmann::ordered_json noise_json(const NoiseScore& score);

}  // namespace blip
