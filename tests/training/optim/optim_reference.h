#pragma once

#include <cmath>
#include <cstdint>

namespace blip::test {

// One number under AdamW as the paper writes it (arXiv 1711.05101, algorithm 2), in double precision.
struct AdamWNumber {
  double value = 0, first = 0, second = 0;
  std::int64_t steps = 0;
  void step(double gradient, double lr, double weight_decay, double beta1, double beta2, double eps) {
    ++steps;
    first = beta1 * first + (1 - beta1) * gradient;
    second = beta2 * second + (1 - beta2) * gradient * gradient;
    const double m = first / (1 - std::pow(beta1, static_cast<double>(steps)));
    const double v = second / (1 - std::pow(beta2, static_cast<double>(steps)));
    value -= lr * (m / (std::sqrt(v) + eps) + weight_decay * value);
  }
};

}  // namespace blip::test
