#include "core/tasks/captioner.h"

#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/generate/run_searches.h"
#include "core/tasks/generation_defaults.h"

namespace blip {
namespace {

void need_image_decoder(const Checkpoint& checkpoint) {
  if (checkpoint.layout == Layout::kCaptioner || checkpoint.layout == Layout::kPretrain) return;
  throw Error(ErrorKind::kUnsupported,
              "'" + checkpoint.path.string() + "' is a " + std::string(layout_name(checkpoint.layout)) +
                  " checkpoint and cannot caption; use a captioning or pre-training checkpoint");
}

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

std::vector<Caption> caption(LoadedModel& model, std::span<const Clip> clips, const CaptionOptions& options) {
  need_image_decoder(model.checkpoint);
  const GenerationOptions generation = resolve(options.generation, model.checkpoint);
  const Tokenizer& tokenizer = model.tokenizer;
  const auto prompt = prompt_ids(tokenizer, options.prompt);
  std::vector<DecodeInput> inputs;
  for (const Clip& clip : clips) inputs.push_back({clip, {}, prompt});

  const auto decoding = model.backend->start_decoding();
  const std::string prompt_text = tokenizer.decode(prompt, /*skip_special=*/true);
  std::vector<Caption> captions;
  for (auto& found : generate(*decoding, inputs, generation, tokenizer.vocabulary().special().sep)) {
    GeneratedSequence& best = found.front();
    Caption caption;
    caption.text = without_prompt(tokenizer.decode(best.ids, /*skip_special=*/true), prompt_text);
    caption.score = best.score;
    caption.confidence = confidence(best.token_logprobs);
    caption.token_ids = std::move(best.ids);
    caption.token_logprobs = std::move(best.token_logprobs);
    captions.push_back(std::move(caption));
  }
  return captions;
}

}  // namespace blip
