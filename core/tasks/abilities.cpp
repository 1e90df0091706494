#include "core/tasks/abilities.h"

#include <string>

#include "core/base/error.h"

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
  abilities.feature_tokens = checkpoint.config.vision.tokens();
  abilities.feature_width = checkpoint.config.vision.width;
  return abilities;
}

void need_embeddings(const Checkpoint& checkpoint) {
  if (layout_parts(checkpoint.layout).itc) return;
  refuse(checkpoint, "which has no image-text contrastive head (ITC): use a retrieval or pre-training checkpoint");
}

void need_matching(const Checkpoint& checkpoint) {
  if (layout_parts(checkpoint.layout).itm) return;
  refuse(checkpoint, "which has no image-text matching head (ITM): use a retrieval or pre-training checkpoint");
}

void need_captions(const Checkpoint& checkpoint) {
  if (layout_parts(checkpoint.layout).captions) return;
  refuse(checkpoint, layout_parts(checkpoint.layout).text_decoder
                         ? "whose text decoder answers questions: use a captioning or pre-training checkpoint"
                         : "which has no text decoder: use a captioning or pre-training checkpoint");
}

void need_answers(const Checkpoint& checkpoint) {
  if (layout_parts(checkpoint.layout).answers) return;
  refuse(checkpoint, layout_parts(checkpoint.layout).text_decoder
                         ? "whose text decoder takes no questions: use a VQA checkpoint"
                         : "which has no text decoder: use a VQA checkpoint");
}

}  // namespace blip
