#include "core/engine/packed_backend/token_loss.h"

#include <cmath>

namespace blip {

double token_loss(const VectorLoops& loops, float* logits, std::int64_t vocabulary, std::int64_t target,
                  double smoothing) {
  const float chosen = logits[target];
  double mean = 0;
  for (std::int64_t v = 0; v < vocabulary; ++v) mean += logits[v];
  mean /= static_cast<double>(vocabulary);
  const float most = loops.largest(logits, vocabulary);
  const double normaliser = most + std::log(loops.softmax_numerators(logits, 1, vocabulary, logits));
  return (1 - smoothing) * (normaliser - chosen) + smoothing * (normaliser - mean);
}

}  // namespace blip
