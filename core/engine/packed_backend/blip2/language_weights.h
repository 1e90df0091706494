#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/checkpoint/blip2_config.h"
#include "core/engine/packed_backend/weight_store.h"
#include "core/kernels/stored_linear.h"

namespace blip {

using StoredLinearPtr = std::shared_ptr<const StoredLinear>;

// T5's LayerNorm: x / sqrt(mean(x^2) + eps) * weight.
struct RmsNormWeights {
  std::vector<float> weight;
  float eps = 0;

  void run(const VectorLoops& loops, const float* x, std::int64_t rows, float* y) const;  // as NormWeights::run()
};

// Where a language model being built takes its weights from: the checkpoint's own where it is mapped, or quantised
// ones, which are kept for the next start. Quantised or not, embeddings are read where they are mapped.
class LanguageWeights {
 public:
  // `form`: kInt8 or kInt4; nothing = as they are stored. `head_form`: of the layer that gives the logits.
  LanguageWeights(WeightStore& weights, std::optional<WeightForm> form, std::optional<WeightForm> head_form,
                  int threads)
      : weights_(weights), form_(form), head_form_(head_form), threads_(threads) {}

  // The linear layer of `names` stacked along the outputs; biases where the checkpoint has them.
  StoredLinearPtr linear(std::span<const std::string> names) { return stacked(names, form_); }
  StoredLinearPtr linear(const std::string& name) { return stacked({&name, 1}, form_); }
  StoredLinearPtr head(const std::string& name) { return stacked({&name, 1}, head_form_); }

  NormWeights norm(const std::string& name, double eps) const { return weights_.norm(name, eps); }
  RmsNormWeights rms_norm(const std::string& name, double eps) const;
  const TensorView& tensor(const std::string& name) const { return weights_.tensor(name); }
  std::vector<float> values(const std::string& name) const { return weights_.values(name); }

 private:
  WeightStore::Packed quantised(const std::string& name, WeightForm form);
  StoredLinearPtr stacked(std::span<const std::string> names, std::optional<WeightForm> form);

  WeightStore& weights_;
  std::optional<WeightForm> form_, head_form_;
  int threads_;
};

}  // namespace blip
