#include "core/tasks/generation_defaults.h"

#include <string>

#include "core/base/error.h"
#include "core/tasks/task_types.h"

namespace blip {

GenerationOptions resolve(GenerationOptions options, const Checkpoint& checkpoint) {
  options.validate();
  const std::int64_t positions =
      checkpoint.config.blip2 ? checkpoint.config.blip2->qformer.max_positions : checkpoint.config.text.max_positions;
  if (options.max_length > positions) {
    throw Error(ErrorKind::kInvalidArgument, "max_length " + std::to_string(options.max_length) +
                                                 " is more than the model's " + std::to_string(positions) +
                                                 " positions");
  }
  options.beam_scoring = resolved_scoring(options.beam_scoring, checkpoint);
  return options;
}

BeamScoring resolved_scoring(BeamScoring scoring, const Checkpoint& checkpoint) {
  if (scoring != BeamScoring::kAuto) return scoring;
  if (checkpoint.family == CheckpointFamily::kTransformers) return BeamScoring::kTransformers;
  return checkpoint.config.blip2 ? BeamScoring::kLavis : BeamScoring::kOriginal;
}

void expect_lengths(const GenerationOptions& options) {
  constexpr std::int64_t kMost = 1'000'000;
  if (options.max_length < 1 || options.max_length > kMost) {
    throw Error(ErrorKind::kInvalidArgument, "generation option max_length is " + std::to_string(options.max_length) +
                                                 ", must be from 1 to " + std::to_string(kMost) +
                                                 " (generated tokens, the end included)");
  }
  if (options.min_length < 0 || options.min_length > options.max_length) {
    throw Error(ErrorKind::kInvalidArgument, "generation option min_length is " + std::to_string(options.min_length) +
                                                 ", must be from 0 to max_length (" +
                                                 std::to_string(options.max_length) + ")");
  }
}

GenerationOptions caption_defaults(Layout layout) {
  const LayoutParts parts = layout_parts(layout);
  GenerationOptions options = CaptionOptions{}.generation;
  if (parts.language_model) {  // Blip2OPT.generate, Blip2T5.generate
    options.num_beams = 5;
    options.min_length = 1;
    options.max_length = 30;
  } else if (parts.qformer) {  // Blip2Qformer.generate
    options.min_length = 10;
    options.max_length = 30;
  }
  return options;
}

GenerationOptions answer_defaults(Layout layout) {
  GenerationOptions options = AnswerOptions{}.generation;
  if (layout_parts(layout).language_model) {  // predict_answers()
    options.num_beams = 5;
    options.length_penalty = layout == Layout::kBlip2Opt ? 0 : -1;
  }
  return options;
}

}  // namespace blip
