#include "core/tasks/captioner.h"

#include <string>
#include <utility>

#include "core/generate/run_searches.h"
#include "core/tasks/abilities.h"
#include "core/tasks/generation_defaults.h"

namespace blip {
namespace {

// [DEC] and the prompt's tokens, without the closing [SEP].
std::vector<std::int64_t> prompt_ids(const Tokenizer& tokenizer, const std::string& prompt) {
  auto ids = tokenizer.encode(prompt);
  ids.front() = tokenizer.vocabulary().special().decode;
  ids.pop_back();
  return ids;
}

// What follows the prompt. The prompt's own decoding is cut off, which for the usual prompt is what the original cuts:
// its characters.
std::string without_prompt(const std::string& text, const std::string& prompt) {
  if (!text.starts_with(prompt)) return text;
  const auto begin = text.find_first_not_of(' ', prompt.size());
  return begin == std::string::npos ? std::string() : text.substr(begin);
}

}  // namespace

CaptionPlan plan_caption(const LoadedModel& model, const CaptionOptions& options) {
  need_captions(model.checkpoint);
  return {prompt_ids(*model.tokenizer, options.prompt.value_or("a picture of ")),
          resolve(options.generation, model.checkpoint)};
}

Caption finish_caption(const LoadedModel& model, const CaptionPlan& plan, GeneratedSequence best) {
  const std::string prompt = model.tokenizer->decode(plan.prompt, /*skip_special=*/true);
  Caption caption;
  caption.text = without_prompt(model.tokenizer->decode(best.ids, /*skip_special=*/true), prompt);
  caption.score = best.score;
  caption.confidence = confidence(best.token_logprobs);
  caption.token_ids = std::move(best.ids);
  caption.token_logprobs = std::move(best.token_logprobs);
  return caption;
}

std::vector<Caption> caption(LoadedModel& model, std::span<const Clip> clips, const CaptionOptions& options) {
  const CaptionPlan plan = plan_caption(model, options);
  std::vector<DecodeInput> inputs;
  for (const Clip& clip : clips) inputs.push_back({clip, {}, plan.prompt});
  const auto decoding = model.backend->start_decoding();
  std::vector<Caption> captions;
  for (auto& found : generate(*decoding, inputs, plan.generation, model.end_token())) {
    captions.push_back(finish_caption(model, plan, std::move(found.front())));
  }
  return captions;
}

}  // namespace blip
