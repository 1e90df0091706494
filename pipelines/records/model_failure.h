#pragma once

#include "core/base/error.h"

namespace blip {

// The model, the engine or an element failed: no other file would fare better.
class ModelFailure : public Error {
 public:
  using Error::Error;
};

}  // namespace blip
