#include "training/data/random_stream.h"

namespace blip {
namespace {

constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15u;

std::uint64_t mix(std::uint64_t value) noexcept {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

}  // namespace

RandomStream::RandomStream(std::initializer_list<std::uint64_t> key) noexcept : state_(kGolden) {
  for (const std::uint64_t part : key) state_ = mix(state_ + kGolden + mix(part + kGolden));
}

std::uint64_t RandomStream::next() noexcept {
  state_ += kGolden;
  return mix(state_);
}

double RandomStream::uniform() noexcept {
  return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

double RandomStream::uniform(double least, double most) noexcept {
  return least + (most - least) * uniform();
}

std::int64_t RandomStream::below(std::int64_t count) noexcept {
  return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(count));
}

}  // namespace blip
