#pragma once

#include <cstdint>

#include "core/kernels/vector_loops.h"

namespace blip {

// Cross-entropy of `target` under the logits [vocabulary], with `smoothing` of the probability spread over all tokens.
// Natural log. Changes the logits.
double token_loss(const VectorLoops& loops, float* logits, std::int64_t vocabulary, std::int64_t target,
                  double smoothing);

}  // namespace blip
