#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/generate/decoder_step.h"
#include "core/generate/generated_sequence.h"
#include "core/generate/search.h"

namespace blip::test {

using Ids = std::vector<std::int64_t>;

// The logits of the next token after a prefix (prompt included).
using LanguageModel = std::function<std::vector<float>(const Ids& prefix)>;

// Logits that give these probabilities; a probability of 0 is -inf.
inline std::vector<float> logits_of(const std::vector<double>& probabilities) {
  std::vector<float> logits;
  logits.reserve(probabilities.size());
  for (const double p : probabilities) logits.push_back(static_cast<float>(std::log(p)));
  return logits;
}

// A model written down: what follows each prefix of generated tokens. Throws for a prefix that it does not know.
inline LanguageModel scripted_model(std::size_t prompt_length, std::map<Ids, std::vector<double>> next) {
  return [prompt_length, next = std::move(next)](const Ids& prefix) {
    const Ids generated(prefix.begin() + static_cast<std::ptrdiff_t>(prompt_length), prefix.end());
    return logits_of(next.at(generated));
  };
}

// A model whose every next token hangs on the whole prefix: pseudo-random logits within +-spread, [SEP] (id 1) raised.
inline LanguageModel hashed_model(std::int64_t vocabulary, std::uint64_t seed, double spread = 3,
                                  double sep_bonus = 1.5) {
  return [=](const Ids& prefix) {
    std::uint64_t state = seed * 0x9E3779B97F4A7C15u + 1;
    for (const std::int64_t id : prefix) state = (state ^ static_cast<std::uint64_t>(id + 1)) * 0xD6E8FEB86659FD93u;
    std::vector<float> logits;
    for (std::int64_t token = 0; token < vocabulary; ++token) {
      state = (state ^ (state >> 31)) * 0xBF58476D1CE4E5B9u + 0x94D049BB133111EBu;
      const double unit = static_cast<double>(state >> 40) / (1u << 24);
      logits.push_back(static_cast<float>(spread * (2 * unit - 1) + (token == 1 ? sep_bonus : 0)));
    }
    return logits;
  };
}

// Runs one search on a model. Checks the row protocol: throws if a parent is out of range or the first row is not the
// prompt's last token.
inline std::vector<GeneratedSequence> run_search(Search& search, const Ids& prompt, const LanguageModel& model,
                                                 std::size_t most_rows = 1000) {
  std::vector<Ids> seen{Ids(prompt.begin(), prompt.end() - 1)};
  if (search.rows().size() != 1 || search.rows()[0].token != prompt.back()) throw std::logic_error("wrong first step");
  while (!search.done()) {
    std::vector<Ids> next;
    std::vector<float> logits;
    if (search.rows().empty() || search.rows().size() > most_rows) throw std::logic_error("wrong number of rows");
    for (const SearchRow& row : search.rows()) {
      next.push_back(seen.at(static_cast<std::size_t>(row.parent)));
      next.back().push_back(row.token);
      const std::vector<float> scores = model(next.back());
      logits.insert(logits.end(), scores.begin(), scores.end());
    }
    seen = std::move(next);
    search.advance(logits);
  }
  return search.results();
}

inline std::vector<GeneratedSequence> run_search(const Ids& prompt, const GenerationOptions& options,
                                                 const LanguageModel& model, std::int64_t sep = 1) {
  const auto search = make_search(prompt, options, sep);
  return run_search(*search, prompt, model);
}

}  // namespace blip::test
