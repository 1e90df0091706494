#include "core/tasks/abilities.h"

#include <string>

#include "core/base/error.h"
#include "core/engine/feature_size.h"
#include "core/tasks/generation_defaults.h"

namespace blip {
namespace {

[[noreturn]] void refuse(const Checkpoint& checkpoint, const std::string& why_and_what) {
  throw Error(ErrorKind::kUnsupported, "'" + checkpoint.path.string() + "' is a " +
                                           std::string(layout_name(checkpoint.layout)) + " checkpoint, " +
                                           why_and_what);
}

}  // namespace

ModelAbilities abilities_of(const Checkpoint& checkpoint) {
  const LayoutParts parts = layout_parts(checkpoint.layout);
  ModelAbilities abilities;
  abilities.embed = parts.itc;
  abilities.match = parts.itm;
  abilities.caption = parts.captions;
  abilities.answer = parts.answers;
  abilities.instruct = parts.language_model;
  abilities.layout = layout_name(checkpoint.layout);
  abilities.vision_id = checkpoint.weights_id;
  abilities.embedder_id = checkpoint.embedder_id;
  abilities.image_size = checkpoint.config.vision.image_size;
  const FeatureSize features = feature_size(checkpoint.layout, checkpoint.config);
  abilities.feature_tokens = features.tokens;
  abilities.feature_width = features.width;
  if (checkpoint.config.blip2 && parts.itc) abilities.embeddings_per_clip = checkpoint.config.blip2->qformer.queries;
  abilities.caption_generation = caption_defaults(checkpoint.layout);
  abilities.answer_generation = answer_defaults(checkpoint.layout);
  return abilities;
}

void need_embeddings(const Checkpoint& checkpoint) {
  if (layout_parts(checkpoint.layout).itc) return;
  refuse(checkpoint,
         "which has no image-text contrastive head (ITC): use a retrieval or pre-training checkpoint, of BLIP-2 "
         "blip2-itm");
}

void need_matching(const Checkpoint& checkpoint) {
  if (layout_parts(checkpoint.layout).itm) return;
  refuse(
      checkpoint,
      "which has no image-text matching head (ITM): use a retrieval or pre-training checkpoint, of BLIP-2 blip2-itm");
}

void need_captions(const Checkpoint& checkpoint) {
  const LayoutParts parts = layout_parts(checkpoint.layout);
  if (parts.captions) return;
  if (parts.qformer)
    refuse(checkpoint, "whose Q-Former reads texts but writes none: use a BLIP-2 with a language model");
  refuse(checkpoint, parts.text_decoder
                         ? "whose text decoder answers questions: use a captioning or pre-training checkpoint"
                         : "which has no text decoder: use a captioning or pre-training checkpoint");
}

void need_answers(const Checkpoint& checkpoint) {
  const LayoutParts parts = layout_parts(checkpoint.layout);
  if (parts.answers) return;
  if (parts.qformer) refuse(checkpoint, "which has no language model: use a VQA checkpoint or a BLIP-2 with OPT or T5");
  refuse(checkpoint, parts.text_decoder ? "whose text decoder takes no questions: use a VQA checkpoint"
                                        : "which has no text decoder: use a VQA checkpoint");
}

void expect_no_instructions(const Checkpoint& checkpoint, const AnswerOptions& options) {
  if (!options.prompt.empty())
    refuse(checkpoint, "which takes questions but no prompts of its user: use a BLIP-2 with a language model");
  if (!options.history.empty())
    refuse(checkpoint, "which knows nothing of a conversation's history: use a BLIP-2 with a language model");
}

}  // namespace blip
