#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <utility>

#include "training/data/random_stream.h"

namespace blip::synth {

// The choices that ShapesWorld makes. The standard library's distributions differ between implementations; these do
// not. One generator an item, keyed by the seed and the item's index, makes items independent of each other and of the
// number of threads.
class Random : public RandomStream {
 public:
  using RandomStream::RandomStream;

  int between(int least, int most) noexcept { return least + static_cast<int>(below(most - least + 1)); }

  // An index, as often as its odds, which sum to above 0.
  std::size_t weighted(std::span<const double> odds) noexcept {
    double sum = 0;
    for (const double odd : odds) sum += odd;
    double point = uniform() * sum;
    for (std::size_t i = 0; i + 1 < odds.size(); ++i) {
      if (point < odds[i]) return i;
      point -= odds[i];
    }
    return odds.size() - 1;
  }

  std::size_t index(std::size_t count) noexcept {
    return static_cast<std::size_t>(below(static_cast<std::int64_t>(count)));
  }

  template <class Values>
  const auto& pick(const Values& values) noexcept {
    return values[index(std::size(values))];
  }

  template <class Values>
  void shuffle(Values& values) noexcept {
    for (std::size_t i = std::size(values); i > 1; --i) std::swap(values[i - 1], values[index(i)]);
  }
};

}  // namespace blip::synth
