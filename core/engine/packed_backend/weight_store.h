#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/packed_backend/packed_file.h"
#include "core/kernels/packed_linear.h"

namespace blip {

using LinearPtr = std::shared_ptr<const PackedLinear>;

After after_of(Activation activation);  // throws Error(kUnsupported) for kGeluTanh, which no product has

// Weight and bias of a LayerNorm.
struct NormWeights {
  std::vector<float> weight, bias;  // [width]
  float eps = 0;

  // Rows of `width` floats, contiguous; x and y may be the same.
  void run(const VectorLoops& loops, const float* x, std::int64_t rows, float* y) const;
};

// The rows of an embedding, read where the checkpoint keeps them.
class EmbeddingRows {
 public:
  explicit EmbeddingRows(TensorView table);       // [rows, width], float32, float16 or bfloat16
  void add_to(std::int64_t row, float* y) const;  // y [width] += row; throws Error(kInvalidArgument)
  const TensorView& table() const { return table_; }

 private:
  TensorView table_;
};

// Where a model being built takes its weights from: packed ones from the file of an earlier start where there is one.
// Linear layers over the same tensors are one.
class WeightStore {
 public:
  // `packed`: may be null, then everything is packed anew.
  WeightStore(const Checkpoint& checkpoint, std::shared_ptr<const PackedFile> packed);

  // The linear layer of `names` stacked along the outputs: each has a ".weight" [out, in] (further dimensions count as
  // in) and a ".bias" [out]. Throws Error(kInvalidData) for weights that are not finite.
  LinearPtr linear(std::span<const std::string> names, Precision precision);
  LinearPtr linear(const std::string& name, Precision precision);
  // `size` bytes of anything that is worth keeping for the next start: those of an earlier one under `key`, else what
  // `fill` makes of them. Aligned to 64.
  struct Packed {
    void* bytes;
    std::shared_ptr<const void> owner;
  };
  Packed packed(const std::string& key, std::int64_t size, const std::function<void(void* bytes)>& fill);
  NormWeights norm(const std::string& name, double eps) const;
  std::vector<float> values(const std::string& name) const;
  const TensorView& tensor(const std::string& name) const;
  bool has(const std::string& name) const { return tensors_.contains(name); }
  const std::string& source() const { return source_; }  // for messages

  // What was packed anew, by name; empty when all came from the file.
  const std::map<std::string, PackedBytes>& packed_anew() const { return anew_; }

 private:
  void pack(std::span<const std::string> names, std::int64_t out, std::int64_t in, Precision precision,
            void* bytes) const;

  const std::map<std::string, TensorView>& tensors_;
  std::string source_;
  std::shared_ptr<const PackedFile> file_;
  std::map<std::string, PackedBytes> anew_;
  std::map<std::string, LinearPtr> linears_;  // by tensors and precision
};

}  // namespace blip
