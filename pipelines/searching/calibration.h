#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace blip {

// A pair of a text and a picture whose answer is known.
struct LabelledPair {
  double logit_difference = 0;  // ITM: log(p / (1 - p))
  double similarity = 0;        // ITC, cosine
  bool matches = false;
};

// From scores to the probability that a person would say "yes, that is it": a logistic regression on what ITM and ITC
// say (Platt scaling with two inputs), fitted on pairs whose answer is known.
struct MatchScale {
  double itm = 1;          // of the logit difference
  double itc = 0;          // of the cosine
  double offset = 0;       // 1, 0, 0 leave ITM's own probability
  double cutoff = 0.5;     // results below it are left out unless a search says otherwise
  std::int64_t pairs = 0;  // it was fitted on
  double probability(double logit_difference, double similarity) const;
};

// ITM's logit difference of its probability; finite for 0 and 1, too.
double logit_difference_of(double probability);

// Which scores a fit looks at.
enum class ScaleInputs { kBoth, kItm, kItc };

// Maximum likelihood with a faint pull towards 0 on the standardised inputs, so that it always exists, and no weight
// below 0. `cutoff` is where F1 is highest on the pairs; 0 where it nowhere reaches a half, as probabilities then tell
// too little to leave anything out by them. Throws Error(kInvalidArgument) unless there are matches and non-matches.
MatchScale fit_match_scale(std::span<const LabelledPair> pairs, ScaleInputs inputs = ScaleInputs::kBoth);

// What is known of a model's probabilities on some kind of material.
struct SearchCalibration {
  std::string embedder;   // the model's; another model's scores mean something else
  std::string fitted_on;  // for people
  MatchScale segments;
  std::optional<MatchScale>
      videos;  // for texts that are held against a whole video; without, order by ITM logit + cosine
};

// JSON. Reading throws Error naming the file and what is wrong: kNotFound, kInvalidData. Writing throws Error(kFailed).
SearchCalibration read_calibration(const std::filesystem::path& file);
void write_calibration(const SearchCalibration& calibration, const std::filesystem::path& file);

// Where a calibration for this index and this model may lie, best first: "INDEX.calibration.json", and
// calibration.json in the model's folder.
std::filesystem::path calibration_beside_index(const std::filesystem::path& index);
std::filesystem::path calibration_beside_model(const std::filesystem::path& model);

}  // namespace blip
