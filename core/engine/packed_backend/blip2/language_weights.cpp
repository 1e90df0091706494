#include "core/engine/packed_backend/blip2/language_weights.h"

#include <utility>

#include "core/base/error.h"
#include "core/checkpoint/mapped_file.h"

namespace blip {
namespace {

WeightForm stored_form(const TensorView& tensor, const std::string& name) {
  switch (tensor.dtype) {
    case DType::kFloat32:
      return WeightForm::kFloat32;
    case DType::kFloat16:
      return WeightForm::kFloat16;
    case DType::kBFloat16:
      return WeightForm::kBFloat16;
    default:
      throw Error(ErrorKind::kUnsupported, "'" + name + "' is " + std::string(dtype_name(tensor.dtype)) +
                                               ", expected float32, float16 or bfloat16");
  }
}

}  // namespace

void RmsNormWeights::run(const VectorLoops& loops, const float* x, std::int64_t rows, float* y) const {
  const auto width = static_cast<std::int64_t>(weight.size());
  for (std::int64_t r = 0; r < rows; ++r) loops.rms_norm(x + r * width, weight.data(), eps, width, y + r * width);
}

RmsNormWeights LanguageWeights::rms_norm(const std::string& name, double eps) const {
  return {values(name + ".weight"), static_cast<float>(eps)};
}

WeightStore::Packed LanguageWeights::quantised(const std::string& name, WeightForm form) {
  const TensorView& view = tensor(name);
  const std::int64_t out = view.shape.at(0), in = view.shape.at(1);
  return weights_.packed(name + ' ' + std::string(form_name(form)), form_bytes(form, out, in), [&](void* bytes) {
    try {
      quantize_weights(stored_form(view, name), view.data, out, in, form, bytes, threads_);
    } catch (const Error& error) {
      throw Error(error.kind(), "'" + weights_.source() + "': '" + name + "': " + error.what());
    }
    drop_pages(view.owner);  // of a large file only what is being looked at is in memory
  });
}

StoredLinearPtr LanguageWeights::stacked(std::span<const std::string> names, std::optional<WeightForm> form) {
  std::vector<StoredWeights> parts;
  std::vector<float> bias;
  const std::int64_t in = tensor(names.front() + ".weight").shape.at(1);
  const WeightForm wanted = form.value_or(stored_form(tensor(names.front() + ".weight"), names.front()));
  for (const std::string& name : names) {
    const TensorView& view = tensor(name + ".weight");
    const WeightForm stored = stored_form(view, name);
    const std::int64_t out = view.shape.at(0);
    if (stored == wanted) {
      parts.push_back({view.data, out, view.owner});
    } else {
      const WeightStore::Packed made = quantised(name + ".weight", wanted);
      parts.push_back({made.bytes, out, made.owner});
    }
    if (weights_.has(name + ".bias")) {
      const std::vector<float> own = values(name + ".bias");
      bias.insert(bias.end(), own.begin(), own.end());
    }
  }
  return std::make_shared<StoredLinear>(in, wanted, std::move(parts), std::move(bias));
}

}  // namespace blip
