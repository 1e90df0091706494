#include "core/tasks/task_texts.h"

#include "core/tasks/blip_texts.h"
#include "core/tasks/language_texts.h"
#include "core/tasks/qformer_texts.h"

namespace blip {

std::unique_ptr<TaskTexts> task_texts(const LoadedModel& model) {
  const LayoutParts parts = layout_parts(model.checkpoint.layout);
  if (parts.language_model) return std::make_unique<LanguageTexts>(model.checkpoint, *model.language);
  if (parts.qformer) return std::make_unique<QformerTexts>(model.checkpoint, *model.tokenizer);
  return std::make_unique<BlipTexts>(model.checkpoint, *model.tokenizer);
}

}  // namespace blip
