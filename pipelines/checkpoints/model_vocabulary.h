#pragma once

#include <cstdint>
#include <string>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/config_writer.h"

namespace blip {

// A checkpoint's vocabulary, or the tokenizer of its language model.
struct ModelVocabulary {
  std::int64_t entries = 0;  // with the tokens that the model adds
  ConfigTokenIds ids = {};   // of WordPiece
  std::string misfit = {};   // why it does not fit the model's tables, one line; empty where it does
};

// Opens it and holds it against the model's tables. Throws Error for files that cannot be read.
ModelVocabulary open_vocabulary(const Checkpoint& checkpoint);

// The same for one that must fit: throws Error(kInvalidData) with the misfit, too.
ModelVocabulary open_fitting_vocabulary(const Checkpoint& checkpoint);

}  // namespace blip
