#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/kernels/after.h"
#include "core/kernels/matmul.h"
#include "core/kernels/workspace.h"

namespace blip {

// In what a model's matrix products are computed. kInt8: weights with one scale an output channel, activations with one
// scale a row, found as they come; sums are exact.
using Precision = MatmulType;

// y = x W^T + b with weights packed once (PyTorch's Linear).
class PackedLinear {
 public:
  // Bytes that pack() fills: the packed weights, and for kInt8 the channels' scales.
  static std::int64_t stored_bytes(std::int64_t out, std::int64_t in, Precision precision);
  // weights [out, in] float. `limit`: the largest int8 weight; int8_weight_limit() unless a test says otherwise.
  static void pack(std::int64_t out, std::int64_t in, Precision precision, const float* weights, void* stored,
                   int limit);

  // `stored`: what pack() filled, writable, aligned to 64, kept by `owner`. bias [out].
  PackedLinear(std::int64_t out, std::int64_t in, Precision precision, void* stored, std::shared_ptr<const void> owner,
               std::vector<float> bias);

  // x [rows, in] -> y [rows, out], both contiguous float. On all threads of the workspace.
  void run(Workspace& workspace, const float* x, std::int64_t rows, float* y, After after = After::kNothing) const;
  // The same on the calling thread, which runs as `slot`.
  void run_rows(Workspace& workspace, int slot, const float* x, std::int64_t rows, float* y,
                After after = After::kNothing) const;
  // For attention in bfloat16: y [rows, out] bfloat16. Not for kFloat32.
  void run_rows_bfloat16(Workspace& workspace, int slot, const float* x, std::int64_t rows, BFloat16* y) const;

  std::int64_t in() const { return weights_.in(); }
  std::int64_t out() const { return weights_.out(); }
  Precision precision() const { return weights_.type(); }
  std::uint64_t serial() const { return serial_; }  // never given twice in a process
  // The kernel that `rows` rows run on, one thread or all.
  MatmulSpec spec(std::int64_t rows, After after, bool all_threads) const;

 private:
  const void* converted(Workspace& workspace, Arena& arena, const float* x, std::int64_t rows, float* scales) const;
  void scale_rows(const VectorLoops& loops, const std::int32_t* sums, const float* row_scales, std::int64_t begin,
                  std::int64_t end, float* y, After after) const;

  PackedWeights weights_;
  const float* column_scales_ = nullptr;  // [out], kInt8 only
  std::vector<float> bias_;
  std::uint64_t serial_;
};

// Without VNNI, products of unsigned and signed bytes are summed in pairs in 16 bits: 7-bit weights stay below that.
int int8_weight_limit(CpuIsa isa) noexcept;  // 127 or 63

// Rows that one thread takes at a time: their activations stay in its second-level cache.
inline constexpr std::int64_t kPanelRows = 160;
std::int64_t panel_count(std::int64_t rows, int threads);  // of nearly equal size, a multiple of `threads`
// The first row of a panel; that of panel `count` is `rows`.
inline std::int64_t panel_begin(std::int64_t rows, std::int64_t count, std::int64_t panel) {
  return rows * panel / count;
}

}  // namespace blip
