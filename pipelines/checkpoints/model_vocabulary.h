#pragma once

#include <cstdint>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/config_writer.h"

namespace blip {

// What a checkpoint's vocabulary or language model's tokenizer is, once it fits the checkpoint.
struct ModelVocabulary {
  std::int64_t entries = 0;  // with the tokens that the model adds
  ConfigTokenIds ids;        // of WordPiece
};

// Opens the vocabulary of a BLIP or a Q-Former, or the tokenizer of BLIP-2's language model, and holds it against the
// model's tables. Throws Error.
ModelVocabulary open_vocabulary(const Checkpoint& checkpoint);

}  // namespace blip
