#pragma once

#include <memory>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/backend.h"
#include "core/engine/use_counters.h"
#include "core/text/tokenizer.h"

namespace blip {

// A model ready to be asked: what is known of its checkpoint, its tokenizer and the backend that holds its weights.
struct LoadedModel {
  Checkpoint checkpoint;  // without tensors: the backend has them
  Tokenizer tokenizer;
  std::unique_ptr<Backend> backend;
  std::shared_ptr<UseCounters> counters = std::make_shared<UseCounters>();
};

}  // namespace blip
