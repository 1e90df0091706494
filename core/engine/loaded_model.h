#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/backend.h"
#include "core/engine/use_counters.h"
#include "core/text/language_tokenizer.h"
#include "core/text/tokenizer.h"

namespace blip {

// A model ready to be asked: what is known of its checkpoint, its tokenizers and the backend that holds its weights.
struct LoadedModel {
  Checkpoint checkpoint;               // without tensors: the backend has them
  std::optional<Tokenizer> tokenizer;  // WordPiece: of BLIP, and of a Q-Former that reads texts
  std::unique_ptr<Backend> backend;
  std::shared_ptr<UseCounters> counters = std::make_shared<UseCounters>();
  std::shared_ptr<const LanguageTokenizer> language = nullptr;  // of BLIP-2's language model; null where there is none

  std::int64_t end_token() const;  // ends a sequence that is decoded
  std::int64_t pad_token() const;  // fills up rows of ids
};

}  // namespace blip
