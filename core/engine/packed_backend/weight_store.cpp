#include "core/engine/packed_backend/weight_store.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/base/error.h"
#include "core/checkpoint/float_values.h"
#include "core/checkpoint/mapped_file.h"

namespace blip {

After after_of(Activation activation) {
  switch (activation) {
    case Activation::kRelu:
      return After::kRelu;
    case Activation::kGelu:
      return After::kGelu;
    case Activation::kQuickGelu:
      return After::kQuickGelu;
    case Activation::kGeluTanh:
      break;
  }
  throw Error(ErrorKind::kUnsupported, "no layer here has the tanh form of GELU");
}

void NormWeights::run(const VectorLoops& loops, const float* x, std::int64_t rows, float* y) const {
  const auto width = static_cast<std::int64_t>(weight.size());
  for (std::int64_t r = 0; r < rows; ++r)
    loops.layer_norm(x + r * width, weight.data(), bias.data(), eps, width, y + r * width);
}

EmbeddingRows::EmbeddingRows(TensorView table) : table_(std::move(table)) {}

void EmbeddingRows::add_to(std::int64_t row, float* y) const {
  const std::int64_t rows = table_.shape[0], width = table_.shape[1];
  if (row < 0 || row >= rows) {
    throw Error(ErrorKind::kInvalidArgument,
                "no row " + std::to_string(row) + " in an embedding of " + std::to_string(rows) + " rows");
  }
  const auto* bytes =
      static_cast<const std::byte*>(table_.data) + row * width * static_cast<std::int64_t>(dtype_size(table_.dtype));
  for (std::int64_t i = 0; i < width; ++i) {
    if (table_.dtype == DType::kFloat32) {
      float value;
      std::memcpy(&value, bytes + 4 * i, sizeof(value));
      y[i] += value;
    } else {
      std::uint16_t value;
      std::memcpy(&value, bytes + 2 * i, sizeof(value));
      y[i] += table_.dtype == DType::kFloat16 ? half_to_float(value) : bfloat16_to_float(value);
    }
  }
}

WeightStore::WeightStore(const Checkpoint& checkpoint, std::shared_ptr<const PackedFile> packed)
    : tensors_(checkpoint.tensors), source_(checkpoint.path.string()), file_(std::move(packed)) {}

const TensorView& WeightStore::tensor(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw Error(ErrorKind::kInvalidData, "'" + source_ + "' has no tensor '" + name + "'");
  return found->second;
}

std::vector<float> WeightStore::values(const std::string& name) const {
  return float_values(tensor(name));
}

NormWeights WeightStore::norm(const std::string& name, double eps) const {
  return {values(name + ".weight"), values(name + ".bias"), static_cast<float>(eps)};
}

LinearPtr WeightStore::linear(const std::string& name, Precision precision) {
  return linear(std::span(&name, 1), precision);
}

LinearPtr WeightStore::linear(std::span<const std::string> names, Precision precision) {
  std::string same = type_name(precision), key;
  std::int64_t out = 0, in = 0;
  std::vector<float> bias;
  for (const std::string& name : names) {
    const TensorView& weight = tensor(name + ".weight");
    in = weight.element_count() / weight.shape[0];
    out += weight.shape[0];
    const std::vector<float> own = values(name + ".bias");
    bias.insert(bias.end(), own.begin(), own.end());
    same += ' ' + std::to_string(reinterpret_cast<std::uintptr_t>(weight.data)) + ' ' +
            std::to_string(reinterpret_cast<std::uintptr_t>(tensor(name + ".bias").data));
    key += (key.empty() ? "" : "+") + name;
  }
  key += std::string(" ") + type_name(precision);
  LinearPtr& linear = linears_[same];
  if (!linear) {
    const Packed stored = packed(key, PackedLinear::stored_bytes(out, in, precision),
                                 [&](void* bytes) { pack(names, out, in, precision, bytes); });
    linear = std::make_shared<PackedLinear>(out, in, precision, stored.bytes, stored.owner, std::move(bias));
  }
  return linear;
}

WeightStore::Packed WeightStore::packed(const std::string& key, std::int64_t size,
                                        const std::function<void(void* bytes)>& fill) {
  if (file_) {
    if (void* bytes = file_->find(key, size)) return {bytes, file_};
  }
  PackedBytes made(size);
  fill(made.data());
  const PackedBytes& kept = anew_.emplace(key, std::move(made)).first->second;
  return {kept.data(), kept.owner()};
}

void WeightStore::pack(std::span<const std::string> names, std::int64_t out, std::int64_t in, Precision precision,
                       void* bytes) const {
  std::vector<float> weights;
  weights.reserve(static_cast<std::size_t>(out * in));
  for (const std::string& name : names) {
    const std::vector<float> own = values(name + ".weight");
    drop_pages(tensor(name + ".weight").owner);  // of a large file only what is being looked at is in memory
    if (std::any_of(own.begin(), own.end(), [](float value) { return !std::isfinite(value); })) {
      throw Error(ErrorKind::kInvalidData,
                  "'" + source_ + "': '" + name + ".weight' holds values that are not finite; the model is damaged");
    }
    weights.insert(weights.end(), own.begin(), own.end());
  }
  PackedLinear::pack(out, in, precision, weights.data(), bytes, int8_weight_limit(cpu_isa()));
}

}  // namespace blip
