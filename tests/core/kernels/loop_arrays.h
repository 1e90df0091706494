#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/kernels/vector_loops.h"
#include "tests/support/guarded_bytes.h"

namespace blip::test {

inline constexpr std::int64_t kLongest = 70;  // four vectors of 16 and some

// Elements of which the last ends where memory that must not be touched begins, so that their start is aligned to the
// element alone.
template <class T>
class Array {
 public:
  explicit Array(std::int64_t n) : size_(n), bytes_(static_cast<std::size_t>(n) * sizeof(T)) {}
  explicit Array(const std::vector<T>& values) : Array(static_cast<std::int64_t>(values.size())) {
    std::copy(values.begin(), values.end(), begin());
  }
  Array(const Array& other) : Array(other.size_) { std::copy(other.begin(), other.end(), begin()); }
  Array& operator=(const Array&) = delete;

  std::int64_t size() const { return size_; }
  T* data() { return reinterpret_cast<T*>(bytes_.data()); }
  const T* data() const { return reinterpret_cast<const T*>(bytes_.data()); }
  T& operator[](std::int64_t i) { return data()[i]; }
  const T& operator[](std::int64_t i) const { return data()[i]; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }

 private:
  std::int64_t size_;
  GuardedBytes bytes_;
};

// Those whose loops this CPU can run, whatever oneDNN is told.
inline std::vector<CpuIsa> sets_of_this_cpu() {
  std::vector<CpuIsa> sets = {CpuIsa::kBaseline};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets.push_back(CpuIsa::kAvx2);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq"))
    sets.push_back(CpuIsa::kAvx512);
#endif
  return sets;
}

inline std::string set_name(const testing::TestParamInfo<CpuIsa>& info) {
  std::string name = cpu_isa_name(info.param);
  std::erase(name, '-');
  return name;
}

}  // namespace blip::test
