#include "core/tasks/captioner.h"

#include <algorithm>
#include <utility>

#include "core/generate/run_searches.h"
#include "core/tasks/abilities.h"

namespace blip {

DecodePlan plan_caption(const LoadedModel& model, const CaptionOptions& options, std::size_t frames) {
  need_captions(model.checkpoint);
  return task_texts(model)->plan_caption(options, frames);
}

Caption finish_caption(const LoadedModel& model, const DecodePlan& plan, GeneratedSequence best) {
  const auto texts = task_texts(model);
  Caption caption;
  caption.text = texts->caption_text(plan, best);
  caption.score = best.score;
  caption.confidence = confidence(best.token_logprobs);
  caption.token_ids = texts->told_ids(best);
  caption.token_logprobs = std::move(best.token_logprobs);
  return caption;
}

std::vector<DecodeInput> inputs_of(const DecodePlan& plan, std::span<const Clip> clips) {
  std::vector<DecodeInput> inputs(clips.size(), plan.input);
  for (std::size_t i = 0; i < clips.size(); ++i) inputs[i].clip = clips[i];
  return inputs;
}

std::size_t most_frames(std::span<const Clip> clips) {
  std::size_t most = 1;
  for (const Clip& clip : clips) most = std::max(most, clip.frames.size());
  return most;
}

std::vector<Caption> caption(LoadedModel& model, std::span<const Clip> clips, const CaptionOptions& options) {
  const DecodePlan plan = plan_caption(model, options, most_frames(clips));
  const auto decoding = model.backend->start_decoding();
  std::vector<Caption> captions;
  for (auto& found : generate(*decoding, inputs_of(plan, clips), plan.generation, model.end_token())) {
    captions.push_back(finish_caption(model, plan, std::move(found.front())));
  }
  return captions;
}

}  // namespace blip
