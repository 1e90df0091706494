#include "core/kernels/packed_linear.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

#include "core/kernels/parallel.h"

namespace blip {
namespace {

constexpr std::int64_t kAlignment = 64;

std::int64_t scales_offset(std::int64_t out, std::int64_t in, Precision precision) {
  return (PackedWeights::packed_bytes(out, in, precision) + kAlignment - 1) / kAlignment * kAlignment;
}

// The scale that takes the largest absolute value of a row to `limit`; not a number if one of the values is none.
float scale_of(float largest, float limit) {
  return largest == 0 ? 1.0f : largest / limit;
}

constexpr float kActivationLimit = 127;

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

int int8_weight_limit(CpuIsa isa) noexcept {
  return isa >= CpuIsa::kAvx512Vnni ? 127 : 63;
}

std::int64_t panel_count(std::int64_t rows, int threads) {
  const std::int64_t least = (rows + kPanelRows - 1) / kPanelRows;
  return std::min(rows, (least + threads - 1) / threads * threads);
}

std::int64_t PackedLinear::stored_bytes(std::int64_t out, std::int64_t in, Precision precision) {
  if (precision != Precision::kInt8) return PackedWeights::packed_bytes(out, in, precision);
  return scales_offset(out, in, precision) + out * static_cast<std::int64_t>(sizeof(float));
}

void PackedLinear::pack(std::int64_t out, std::int64_t in, Precision precision, const float* weights, void* stored,
                        int limit) {
  const VectorLoops& loops = vector_loops();
  switch (precision) {
    case Precision::kFloat32:
      return PackedWeights::pack(out, in, precision, weights, stored);
    case Precision::kBFloat16: {
      std::vector<BFloat16> rounded(static_cast<std::size_t>(out * in));
      loops.to_bfloat16(weights, out * in, rounded.data());
      return PackedWeights::pack(out, in, precision, rounded.data(), stored);
    }
    case Precision::kInt8:
      break;
  }
  auto* scales = reinterpret_cast<float*>(static_cast<std::byte*>(stored) + scales_offset(out, in, precision));
  std::vector<std::int8_t> quantized(static_cast<std::size_t>(out * in));
  for (std::int64_t o = 0; o < out; ++o) {
    scales[o] = scale_of(loops.max_abs(weights + o * in, in), static_cast<float>(limit));
    loops.quantize(weights + o * in, 1 / scales[o], in, quantized.data() + o * in);
  }
  PackedWeights::pack(out, in, precision, quantized.data(), stored);
}

PackedLinear::PackedLinear(std::int64_t out, std::int64_t in, Precision precision, void* stored,
                           std::shared_ptr<const void> owner, std::vector<float> bias)
    : weights_(out, in, precision, stored, std::move(owner)), bias_(std::move(bias)), serial_(next_serial()) {
  if (precision == Precision::kInt8) {
    column_scales_ =
        reinterpret_cast<const float*>(static_cast<const std::byte*>(stored) + scales_offset(out, in, precision));
  }
}

MatmulSpec PackedLinear::spec(std::int64_t rows, After after, bool all_threads) const {
  MatmulSpec spec;
  spec.rows = rows;
  spec.in = spec.x_stride = in();
  spec.out = spec.y_stride = out();
  spec.type = precision();
  spec.all_threads = all_threads;
  if (precision() != Precision::kInt8) {
    spec.bias = true;
    spec.gelu = after == After::kGelu;
    spec.add = after == After::kAdd;
  }
  return spec;
}

namespace {

// What the product itself does not do.
void finish(const VectorLoops& loops, After after, std::int64_t n, float* y) {
  if (after == After::kRelu) loops.relu(y, n, y);
  if (after == After::kQuickGelu) loops.quick_gelu(y, n, y);
}

}  // namespace

// x as the product takes it; for kInt8 also the rows' scales.
const void* PackedLinear::converted(Workspace& workspace, Arena& arena, const float* x, std::int64_t rows,
                                    float* scales) const {
  const VectorLoops& loops = workspace.loops;
  if (precision() == Precision::kFloat32) return x;
  if (precision() == Precision::kBFloat16) {
    auto* rounded = arena.take<BFloat16>(rows * in());
    loops.to_bfloat16(x, rows * in(), rounded);
    return rounded;
  }
  auto* quantized = arena.take<std::int8_t>(rows * in());
  for (std::int64_t r = 0; r < rows; ++r) {
    scales[r] = scale_of(loops.max_abs(x + r * in(), in()), kActivationLimit);
    loops.quantize(x + r * in(), 1 / scales[r], in(), quantized + r * in());
  }
  return quantized;
}

void PackedLinear::scale_rows(const VectorLoops& loops, const std::int32_t* sums, const float* row_scales,
                              std::int64_t begin, std::int64_t end, float* y, After after) const {
  for (std::int64_t r = begin; r < end; ++r) {
    const std::int32_t* from = sums + r * out();
    float* to = y + r * out();
    switch (after) {
      case After::kNothing:
      case After::kRelu:
      case After::kQuickGelu:
        loops.dequantize(from, row_scales[r], column_scales_, bias_.data(), out(), to);
        finish(loops, after, out(), to);
        break;
      case After::kGelu:
        loops.dequantize_gelu(from, row_scales[r], column_scales_, bias_.data(), out(), to);
        break;
      case After::kAdd:
        loops.dequantize_add(from, row_scales[r], column_scales_, bias_.data(), out(), to);
        break;
    }
  }
}

void PackedLinear::run_rows(Workspace& workspace, int slot, const float* x, std::int64_t rows, float* y,
                            After after) const {
  Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
  const Arena::Scope scope(arena);
  auto* scales = arena.take<float>(rows);
  const void* input = converted(workspace, arena, x, rows, scales);
  const Matmul& product = workspace.products.get(spec(rows, after, /*all_threads=*/false));
  if (precision() != Precision::kInt8) {
    product.run(slot, input, weights_, bias_.data(), y);
    return finish(workspace.loops, after, rows * out(), y);
  }
  auto* sums = arena.take<std::int32_t>(rows * out());
  product.run(slot, input, weights_, /*bias=*/nullptr, sums);
  scale_rows(workspace.loops, sums, scales, 0, rows, y, after);
}

void PackedLinear::run_rows_bfloat16(Workspace& workspace, int slot, const float* x, std::int64_t rows,
                                     BFloat16* y) const {
  Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
  const Arena::Scope scope(arena);
  auto* scales = arena.take<float>(rows);
  const void* input = converted(workspace, arena, x, rows, scales);
  MatmulSpec shape = spec(rows, After::kNothing, /*all_threads=*/false);
  shape.bfloat16_result = precision() == Precision::kBFloat16;
  const Matmul& product = workspace.products.get(shape);
  if (precision() == Precision::kBFloat16) return product.run(slot, input, weights_, bias_.data(), y);
  auto* sums = arena.take<std::int32_t>(rows * out());
  product.run(slot, input, weights_, /*bias=*/nullptr, sums);
  for (std::int64_t r = 0; r < rows; ++r) {
    workspace.loops.dequantize_bfloat16(sums + r * out(), scales[r], column_scales_, bias_.data(), out(),
                                        y + r * out());
  }
}

void PackedLinear::run(Workspace& workspace, const float* x, std::int64_t rows, float* y, After after) const {
  if (rows <= 0) return;
  if (rows > kPanelRows) {
    const std::int64_t panels = panel_count(rows, workspace.threads);
    return parallel_for(workspace.threads, panels, [&](std::int64_t panel, int slot) {
      const std::int64_t begin = panel_begin(rows, panels, panel), end = panel_begin(rows, panels, panel + 1);
      run_rows(workspace, slot, x + begin * in(), end - begin, y + begin * out(), after);
    });
  }
  const Matmul* together =
      workspace.threads == 1 ? nullptr : workspace.products.find(spec(rows, after, /*all_threads=*/true));
  if (together == nullptr) return run_rows(workspace, /*slot=*/0, x, rows, y, after);
  const Matmul& product = *together;
  const Arena::Scope scope(workspace.shared);
  auto* scales = workspace.shared.take<float>(rows);
  const void* input = converted(workspace, workspace.shared, x, rows, scales);
  if (precision() != Precision::kInt8) {
    product.run(/*slot=*/0, input, weights_, bias_.data(), y);
    return finish(workspace.loops, after, rows * out(), y);
  }
  auto* sums = workspace.shared.take<std::int32_t>(rows * out());
  product.run(/*slot=*/0, input, weights_, /*bias=*/nullptr, sums);
  constexpr std::int64_t kWorthAThread = 1 << 16;  // values
  const std::int64_t parts = std::clamp<std::int64_t>(rows * out() / kWorthAThread, 1, rows);
  parallel_for(workspace.threads, parts, [&](std::int64_t part, int) {
    scale_rows(workspace.loops, sums, scales, rows * part / parts, rows * (part + 1) / parts, y, after);
  });
}

}  // namespace blip
