#pragma once

#include <atomic>
#include <cstdint>

#include "core/engine/backend.h"

namespace blip::test {

// Features that are one number; what is derived from them is as large as told.
class FakeFeatures final : public ImageFeatures {
 public:
  explicit FakeFeatures(float value, std::uint64_t own_bytes = 100) : value_(value), own_bytes_(own_bytes) {}
  float value() const { return value_; }
  void derive(std::uint64_t bytes) const { derived_ = bytes; }

  std::int64_t tokens() const override { return 1; }
  std::int64_t width() const override { return 1; }
  Matrix to_matrix() const override { return {1, 1}; }
  std::uint64_t bytes() const override { return own_bytes_; }
  std::uint64_t derived_bytes() const override { return derived_; }
  void drop_derived() const override { derived_ = 0; }

 private:
  float value_;
  std::uint64_t own_bytes_;
  mutable std::atomic<std::uint64_t> derived_{0};
};

inline float value_of(const ImageFeatures& features) {
  return static_cast<const FakeFeatures&>(features).value();
}
inline float value_of(const Clip& clip) {
  float sum = 0;
  for (const auto& frame : clip.frames) sum += value_of(*frame);
  return sum;
}

}  // namespace blip::test
