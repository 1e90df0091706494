#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/engine/backend.h"
#include "core/engine/use_counters.h"

namespace blip {

// What the scheduler has to know of a model. Cheap to copy; keeps the model.
struct ServedModel {
  std::shared_ptr<Backend> backend;
  std::shared_ptr<UseCounters> counters = std::make_shared<UseCounters>();
  std::string features_key;  // vision weights, device and precision: features are shared where it is equal
  std::int64_t pad = 0;      // [PAD]
  std::int64_t sep = 0;      // [SEP], which ends a sequence; of a language model its own
};

}  // namespace blip
