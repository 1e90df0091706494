#include "training/eval/run_plans.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <utility>

#include "core/generate/run_searches.h"

namespace blip {

std::vector<GeneratedSequence> run_plans(LoadedModel& model, std::vector<DecodePlan> plans) {
  constexpr std::size_t kTogether = 32;
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::size_t>> by_length;
  for (std::size_t i = 0; i < plans.size(); ++i)
    by_length[{plans[i].generation.min_length, plans[i].generation.max_length}].push_back(i);
  std::vector<GeneratedSequence> best(plans.size());
  for (const auto& [lengths, places] : by_length) {
    for (std::size_t first = 0; first < places.size(); first += kTogether) {
      const auto some = std::span(places).subspan(first, std::min(kTogether, places.size() - first));
      std::vector<DecodeInput> inputs;
      for (const std::size_t place : some) inputs.push_back(std::move(plans[place].input));
      const auto decoding = model.backend->start_decoding();
      auto found = generate(*decoding, inputs, plans[some.front()].generation, model.end_token());
      for (std::size_t i = 0; i < some.size(); ++i) best[some[i]] = std::move(found[i].front());
    }
  }
  return best;
}

}  // namespace blip
