#pragma once

#include <cstdint>
#include <initializer_list>

namespace blip {

// Random numbers that are a function of a key alone, such as (seed, epoch, index): the same on every machine and for
// any number of threads. SplitMix64 (Steele et al. 2014), whose state starts at a hash of the key.
class RandomStream {
 public:
  explicit RandomStream(std::initializer_list<std::uint64_t> key) noexcept;

  std::uint64_t next() noexcept;
  double uniform() noexcept;                           // in [0, 1), 53 bits
  double uniform(double least, double most) noexcept;  // in [least, most)
  std::int64_t below(std::int64_t count) noexcept;     // in [0, count); count is at least 1
  bool chance(double probability) noexcept { return uniform() < probability; }

 private:
  std::uint64_t state_;
};

}  // namespace blip
