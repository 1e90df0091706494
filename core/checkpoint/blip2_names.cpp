#include "core/checkpoint/blip2_names.h"

#include <optional>
#include <utility>

#include "core/checkpoint/blip2_key_map.h"
#include "core/checkpoint/message.h"
#include "core/checkpoint/tensor_ties.h"
#include "core/checkpoint/vision_state_dict.h"

namespace blip {
namespace {

const std::string kLanguage = "language_model.", kShared = "language_model.shared.weight";
const std::string kEncoderWords = "language_model.encoder.embed_tokens.weight",
                  kDecoderWords = "language_model.decoder.embed_tokens.weight";
const std::string kHead = "language_model.lm_head.weight";
constexpr std::string_view kVision = "visual_encoder.";

bool holds(const TensorMap& tensors, std::string_view prefix) {
  const auto found = tensors.lower_bound(std::string(prefix));
  return found != tensors.end() && found->first.starts_with(prefix);
}

// The projection's module in LAVIS tells which language model the rest was trained with.
std::optional<LanguageModelKind> trained_with(const TensorMap& tensors) {
  if (holds(tensors, "opt_proj.")) return LanguageModelKind::kOpt;
  if (holds(tensors, "t5_proj.")) return LanguageModelKind::kT5;
  return std::nullopt;
}

// Directories of OPTModel lack the outer "model.".
std::string language_name(const std::string& name, LanguageModelKind kind) {
  const bool lacks_model = kind == LanguageModelKind::kOpt && name.starts_with("decoder.");
  return kLanguage + (lacks_model ? "model." : "") + name;
}

// The tied head of an OPT is its embedding table; T5's two copies of its table are left out.
void leave_out_tied_words(TensorMap& tensors, const std::optional<DeclaredLanguage>& declared) {
  if (holds(tensors, "language_model.model.decoder.")) {
    if (!declared || declared->tied_head.value_or(true)) tensors.erase(kHead);
    return;
  }
  for (const std::string& words : {kEncoderWords, kDecoderWords}) {
    const auto found = tensors.find(words);
    if (found == tensors.end()) continue;
    tensors.emplace(kShared, found->second);
    tensors.erase(words);
  }
}

void unite_language(TensorMap& tensors, const CheckpointParts& parts) {
  if (parts.language.empty() || !parts.declared.language) return;
  std::erase_if(tensors, [](const auto& item) { return item.first.starts_with(kLanguage); });
  for (const auto& [name, view] : parts.language)
    tensors.emplace(language_name(name, parts.declared.language->kind), view);
}

// The image encoder of LAVIS' own layouts, from the checkpoint where it was trained along, else from its file.
void take_vision(Blip2Tensors& united, const CheckpointParts& parts) {
  const bool own = !lacks_vision(parts.tensors);
  if (own ? united.family == CheckpointFamily::kTransformers : parts.vision.empty()) return;
  VisionStateDict vision = read_vision_state_dict(own ? parts.tensors : parts.vision, parts.declared.vision.depth,
                                                  own ? parts.source : parts.vision_source);
  united.clip = vision.clip;
  std::erase_if(united.tensors, [](const auto& item) {
    return item.first.starts_with(kVision) && !item.first.starts_with("visual_encoder.norm.");
  });
  united.tensors.merge(vision.tensors);
}

void check_language_kind(const CheckpointParts& parts) {
  const auto trained = trained_with(parts.tensors);
  if (!trained || !parts.declared.language || parts.declared.language->kind == *trained) return;
  const bool opt = *trained == LanguageModelKind::kOpt;
  throw invalid_data(parts.source, "was trained with " + std::string(opt ? "an OPT (opt_proj)" : "a T5 (t5_proj)") +
                                       ", but " + in_quotes(parts.declared.language->source) + " is " +
                                       (opt ? "a T5" : "an OPT") +
                                       "; give the language model that it was trained with");
}

}  // namespace

bool lacks_vision(const TensorMap& tensors) {
  return !holds(tensors, kVision) && !holds(tensors, "vision_model.");
}

bool lacks_language(const TensorMap& tensors) {
  const bool needs = trained_with(tensors).has_value() || holds(tensors, "language_projection.");
  if (!needs) return false;
  for (const auto& [name, view] : tensors) {
    const std::string inside = blip2_name_of_lavis(name);
    const bool by_accident = inside == kHead || inside == kEncoderWords || inside == kDecoderWords;
    if (inside.starts_with(kLanguage) && !by_accident) return false;
  }
  return true;
}

Blip2Tensors unite_blip2_tensors(const CheckpointParts& parts) {
  check_language_kind(parts);
  Blip2Tensors united;
  united.family = parts.family;
  for (const auto& [name, view] : parts.tensors) {
    const std::string translated = blip2_name_of_hugging_face(name);
    if (translated != name) united.family = CheckpointFamily::kTransformers;
    if (!united.tensors.emplace(blip2_name_of_lavis(translated), view).second) {
      throw invalid_data(parts.source, "tensor " + in_quotes(name) + " is there under another name, too");
    }
  }
  take_vision(united, parts);
  unite_language(united.tensors, parts);
  leave_out_tied_words(united.tensors, parts.declared.language);
  united.warnings = fill_ties(united.tensors);
  return united;
}

}  // namespace blip
