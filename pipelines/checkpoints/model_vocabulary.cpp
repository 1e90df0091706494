#include "pipelines/checkpoints/model_vocabulary.h"

#include <string>

#include "core/checkpoint/message.h"
#include "core/text/language_tokenizer.h"
#include "core/text/vocabulary.h"

namespace blip {

ModelVocabulary open_vocabulary(const Checkpoint& checkpoint) {
  const LayoutParts parts = layout_parts(checkpoint.layout);
  if (parts.language_model) {
    const std::int64_t entries = load_language_tokenizer(checkpoint.language_tokenizer)->size();
    const std::int64_t rows = checkpoint.config.blip2->language.vocab_size;
    if (entries > rows) {
      throw invalid_data(checkpoint.language_tokenizer.string(),
                         "the tokenizer has " + std::to_string(entries) + " ids, the language model only " +
                             std::to_string(rows) + " words; it belongs to another model");
    }
    return {.entries = entries, .ids = {}};
  }
  const bool blip2 = checkpoint.config.blip2.has_value();
  const Vocabulary vocabulary =
      Vocabulary::load(checkpoint.vocab, blip2 ? AddedTokens::kDecode : AddedTokens::kDecodeAndEncode);
  vocabulary.expect_size(blip2 ? checkpoint.config.blip2->qformer.vocab_size : checkpoint.config.text.vocab_size);
  const SpecialTokens& special = vocabulary.special();
  return {.entries = vocabulary.size(), .ids = {.pad = special.pad, .sep = special.sep, .decode = special.decode}};
}

}  // namespace blip
