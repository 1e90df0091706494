#include "core/generate/run_searches.h"

#include <exception>
#include <utility>

#include "core/generate/search_pool.h"

namespace blip {

std::vector<std::vector<GeneratedSequence>> generate(Decoding& decoding, std::span<const DecodeInput> inputs,
                                                     const GenerationOptions& options, std::int64_t sep) {
  SearchPool pool(decoding, sep);
  for (const DecodeInput& input : inputs) pool.add(input, options);  // tickets count from 0
  std::vector<std::vector<GeneratedSequence>> results(inputs.size());
  while (!pool.empty()) {
    pool.step();
    for (SearchPool::Finished& finished : pool.take_finished()) {
      if (finished.error != nullptr) std::rethrow_exception(finished.error);
      results[static_cast<std::size_t>(finished.ticket)] = std::move(finished.results);
    }
  }
  return results;
}

}  // namespace blip
