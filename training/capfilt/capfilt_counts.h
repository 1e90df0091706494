#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "training/capfilt/picture_outcome.h"

namespace blip {

// in = kept + all of dropped + all of failed, whatever is added.
struct Tally {
  std::int64_t in = 0, kept = 0;
  std::map<std::string, std::int64_t> dropped, failed;  // by reason

  void add(Verdict verdict, const std::string& reason);
  void add(const Tally& other);
  std::int64_t dropped_count() const;
  std::int64_t failed_count() const;
};

inline constexpr std::size_t kMatchBins = 20;  // of equal width over 0 … 1

// What went in and what became of it.
struct CapFiltCounts {
  Tally pictures;                                                  // kept: judged
  std::array<Tally, kTextSourceNames.size()> texts;                // by TextSource
  std::array<std::array<std::int64_t, kMatchBins>, 2> match = {};  // ITM probabilities: web, synthetic

  void add(const PictureOutcome& outcome);
  void add(const CapFiltCounts& other);
  const Tally& of(TextSource source) const { return texts[static_cast<std::size_t>(source)]; }
  std::int64_t kept_pairs() const;
};

// {"pictures": {"in", "kept", "dropped": {reason: n}, "failed": {reason: n}}, "web": {…, "match": [20 counts]},
// "synthetic": {…}, "human": {…}}
nlohmann::ordered_json to_json(const CapFiltCounts& counts);
// Throws Error(kInvalidData) naming `where`, also when the counts do not add up.
CapFiltCounts counts_from_json(const nlohmann::ordered_json& json, const std::string& where);

}  // namespace blip
