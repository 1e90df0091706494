#include "pipelines/checkpoints/model_vocabulary.h"

#include "core/checkpoint/message.h"
#include "core/text/language_tokenizer.h"
#include "core/text/vocabulary.h"

namespace blip {
namespace {

// The tables may have more rows than the tokenizer has ids.
ModelVocabulary language_vocabulary(const Checkpoint& checkpoint) {
  ModelVocabulary found;
  found.entries = load_language_tokenizer(checkpoint.language_tokenizer)->size();
  const std::int64_t rows = checkpoint.config.blip2->language.vocab_size;
  if (found.entries > rows) {
    found.misfit = in_quotes(checkpoint.language_tokenizer.string()) + ": the tokenizer has " +
                   std::to_string(found.entries) + " ids, the language model " + std::to_string(rows) +
                   " rows; it belongs to another model";
  }
  return found;
}

}  // namespace

ModelVocabulary open_vocabulary(const Checkpoint& checkpoint) {
  const LayoutParts parts = layout_parts(checkpoint.layout);
  if (parts.language_model) return language_vocabulary(checkpoint);
  const Vocabulary vocabulary =
      Vocabulary::load(checkpoint.vocab, parts.qformer ? AddedTokens::kDecode : AddedTokens::kDecodeAndEncode);
  const SpecialTokens& special = vocabulary.special();
  ModelVocabulary found{.entries = vocabulary.size(),
                        .ids = {.pad = special.pad, .sep = special.sep, .decode = special.decode}};
  try {
    vocabulary.expect_size(parts.qformer ? checkpoint.config.blip2->qformer.vocab_size
                                         : checkpoint.config.text.vocab_size);
  } catch (const Error& error) {
    found.misfit = error.what();
  }
  return found;
}

ModelVocabulary open_fitting_vocabulary(const Checkpoint& checkpoint) {
  ModelVocabulary vocabulary = open_vocabulary(checkpoint);
  if (!vocabulary.misfit.empty()) throw Error(ErrorKind::kInvalidData, vocabulary.misfit);
  return vocabulary;
}

}  // namespace blip
