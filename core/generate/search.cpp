#include "core/generate/search.h"

#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/generate/greedy_search.h"
#include "core/generate/nucleus_search.h"
#include "core/generate/original_beam_search.h"
#include "core/generate/transformers_beam_search.h"

namespace blip {

std::unique_ptr<Search> make_search(std::span<const std::int64_t> prompt, const GenerationOptions& options,
                                    std::int64_t sep, const std::optional<std::vector<std::int64_t>>& said_before) {
  options.validate();
  if (prompt.empty()) throw Error(ErrorKind::kInvalidArgument, "the prompt has no tokens, must begin with [DEC]");
  if (static_cast<std::int64_t>(prompt.size()) >= options.max_length)
    throw Error(ErrorKind::kInvalidArgument, "generation option max_length is " + std::to_string(options.max_length) +
                                                 ", must be above the prompt's " + std::to_string(prompt.size()) +
                                                 " tokens");
  std::vector<std::int64_t> ids(prompt.begin(), prompt.end());
  if (options.sample) return std::make_unique<NucleusSearch>(std::move(ids), options, sep, said_before);
  if (options.num_beams == 1) return std::make_unique<GreedySearch>(std::move(ids), options, sep, said_before);
  switch (options.beam_scoring) {
    case BeamScoring::kOriginal:
    case BeamScoring::kLavis:
      return std::make_unique<OriginalBeamSearch>(std::move(ids), options, sep, said_before);
    case BeamScoring::kTransformers:
      return std::make_unique<TransformersBeamSearch>(std::move(ids), options, sep, said_before);
    case BeamScoring::kAuto:
      break;
  }
  throw Error(ErrorKind::kInvalidArgument,
              "generation option beam_scoring is auto, must be original, transformers or lavis here");
}

}  // namespace blip
