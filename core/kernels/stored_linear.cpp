#include "core/kernels/stored_linear.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/kernels/parallel.h"
#include "core/kernels/stored_loops.h"

namespace blip {
namespace {

constexpr std::int64_t kStretchBytes = 256 << 10;  // of weights: enough for a stream of memory to get going
constexpr std::int64_t kWorthThreads = 1 << 16;    // products of a call

// y [n] = sums + bias (+ y), and what comes after.
void finish(const VectorLoops& loops, const float* sums, const float* bias, std::int64_t n, After after, float* y) {
  if (after == After::kAdd) {
    loops.add(y, sums, n, y);
    if (bias != nullptr) loops.add(y, bias, n, y);
    return;
  }
  if (bias != nullptr) {
    loops.add(sums, bias, n, y);
  } else {
    std::copy_n(sums, n, y);
  }
  if (after == After::kGelu) loops.gelu(y, n, y);
  if (after == After::kRelu) loops.relu(y, n, y);
  if (after == After::kQuickGelu) loops.quick_gelu(y, n, y);
}

}  // namespace

struct StoredLinear::Input {
  const float* x;
  std::int64_t rows;
  QuantizedRows quantized;
};

StoredLinear::StoredLinear(std::int64_t in, WeightForm form, std::vector<StoredWeights> parts, std::vector<float> bias)
    : in_(in), form_(form), parts_(std::move(parts)), bias_(std::move(bias)) {
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const std::int64_t outs = parts_[p].out;
    if (in <= 0 || outs <= 0 || parts_[p].data == nullptr)
      throw Error(ErrorKind::kInvalidArgument, "linear layer: found weights [" + std::to_string(outs) + ", " +
                                                   std::to_string(in) + "], expected at least one input and output");
    const std::int64_t row_bytes = std::max<std::int64_t>(form_bytes(form, outs, in) / outs, 1);
    const std::int64_t stretch = std::max(kStretchBytes / row_bytes / kBlock, std::int64_t{1}) * kBlock;
    for (std::int64_t begin = 0; begin < outs; begin += stretch)
      stretches_.push_back({p, begin, std::min(stretch, outs - begin), out_ + begin});
    out_ += outs;
  }
  if (!bias_.empty() && static_cast<std::int64_t>(bias_.size()) != out_)
    throw Error(ErrorKind::kInvalidArgument, "linear layer: found a bias of " + std::to_string(bias_.size()) + " for " +
                                                 std::to_string(out_) + " outputs");
}

std::int64_t StoredLinear::bytes() const {
  std::int64_t total = 0;
  for (const StoredWeights& part : parts_) total += form_bytes(form_, part.out, in_);
  return total;
}

void StoredLinear::run_stretch(Workspace& workspace, int slot, const Stretch& stretch, const Input& input, float* y,
                               After after) const {
  const StoredLoops& loops = stored_loops();
  const StoredWeights& part = parts_[stretch.part];
  Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
  const Arena::Scope scope(arena);
  const auto* weights = static_cast<const std::byte*>(part.data);
  StoredProduct product;
  product.in = in_;
  product.rows = input.rows;
  product.x = input.x;
  product.quantized = input.quantized;
  if (quantized(form_)) {
    const std::int64_t block = stretch.begin / kBlock;
    product.outs = block_count(stretch.count) * kBlock;
    product.weights = weights + block * block_bytes(form_, in_);
    product.scales = weights + block_count(part.out) * block_bytes(form_, in_) +
                     block * group_count(in_) * kBlock * static_cast<std::int64_t>(sizeof(std::uint16_t));
  } else {
    product.outs = stretch.count;
    product.weights = weights + form_bytes(form_, stretch.begin, in_);
    product.scratch = arena.take<float>(loops.scratch_floats(input.rows));
  }
  product.sums = arena.take<float>(input.rows * product.outs);
  switch (form_) {
    case WeightForm::kFloat32:
      loops.float32(product);
      break;
    case WeightForm::kFloat16:
      loops.float16(product);
      break;
    case WeightForm::kBFloat16:
      loops.bfloat16(product);
      break;
    case WeightForm::kInt8:
      loops.int8(product);
      break;
    case WeightForm::kInt4:
      loops.int4(product);
      break;
  }
  const float* bias = bias_.empty() ? nullptr : bias_.data() + stretch.first;
  for (std::int64_t r = 0; r < input.rows; ++r) {
    finish(workspace.loops, product.sums + r * product.outs, bias, stretch.count, after, y + r * out_ + stretch.first);
  }
}

void StoredLinear::run(Workspace& workspace, const float* x, std::int64_t rows, float* y, After after) const {
  constexpr std::int64_t kMostRows = 64;  // whose activations share a cache with a stretch of weights
  const StoredLoops& loops = stored_loops();
  for (std::int64_t begin = 0; begin < rows; begin += kMostRows) {
    const Arena::Scope scope(workspace.shared);
    Input input{x + begin * in_, std::min(kMostRows, rows - begin), {}};
    const int threads = input.rows * in_ * out_ < kWorthThreads ? 1 : workspace.threads;
    if (quantized(form_)) {
      const std::int64_t groups = group_count(in_);
      auto* values = workspace.shared.take<std::int8_t>(input.rows * groups * kGroup);
      auto* scales = workspace.shared.take<float>(input.rows * groups);
      auto* starts = workspace.shared.take<std::int32_t>(input.rows * groups);
      input.quantized = {values, scales, starts};
      constexpr std::int64_t kWorthQuantizing = 1 << 15;  // values
      parallel_for(input.rows * in_ < kWorthQuantizing ? 1 : threads, input.rows, [&](std::int64_t row, int) {
        loops.quantize_row(input.x, in_, input.rows, row, form_, input.quantized);
      });
    }
    parallel_for(threads, static_cast<std::int64_t>(stretches_.size()), [&](std::int64_t task, int slot) {
      run_stretch(workspace, slot, stretches_[static_cast<std::size_t>(task)], input, y + begin * out_, after);
    });
  }
}

}  // namespace blip
