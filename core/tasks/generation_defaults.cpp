#include "core/tasks/generation_defaults.h"

#include <string>

#include "core/base/error.h"

namespace blip {

GenerationOptions resolve(GenerationOptions options, const Checkpoint& checkpoint) {
  options.validate();
  const std::int64_t positions = checkpoint.config.text.max_positions;
  if (options.max_length > positions) {
    throw Error(ErrorKind::kInvalidArgument, "max_length " + std::to_string(options.max_length) +
                                                 " is more than the model's " + std::to_string(positions) +
                                                 " positions");
  }
  if (options.beam_scoring == BeamScoring::kAuto) {
    options.beam_scoring =
        checkpoint.family == CheckpointFamily::kTransformers ? BeamScoring::kTransformers : BeamScoring::kOriginal;
  }
  return options;
}

}  // namespace blip
