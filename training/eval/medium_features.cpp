#include "training/eval/medium_features.h"

#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/engine/torch_backend/torch_features.h"
#include "core/model/torch_compat.h"

namespace blip {
namespace {

// LibTorch's errors as the project's, without gradients.
template <class Body>
auto computing(Body&& body) -> decltype(body()) {
  const c10::InferenceMode inference;
  try {
    return std::forward<Body>(body)();
  } catch (const c10::Error& error) {
    throw Error(ErrorKind::kFailed, torch_error_line(error));
  }
}

// tokens [1, frames * N, V]
MediumFeatures views_of(const torch::Tensor& tokens, int64_t frames) {
  MediumFeatures result;
  const int64_t each = tokens.size(1) / frames;
  for (int64_t f = 0; f < frames; ++f)
    result.frames.frames.push_back(std::make_shared<TorchFeatures>(tokens.narrow(/*dim=*/1, f * each, each)));
  result.joined.frames.push_back(std::make_shared<TorchFeatures>(tokens));
  result.bytes = tokens.nbytes();
  return result;
}

torch::ScalarType type_of(const std::string& precision) {
  if (precision == "float16") return torch::kFloat16;
  if (precision == "bfloat16") return torch::kBFloat16;
  return torch::kFloat32;
}

}  // namespace

void MediumFeatures::drop_derived() const {
  for (const Clip* clip : {&frames, &joined})
    for (const auto& frame : clip->frames) frame->drop_derived();
}

MediumFeatures join_features(std::span<const std::shared_ptr<const ImageFeatures>> frames) {
  return computing([&] {
    const Clip clip{{frames.begin(), frames.end()}};
    return views_of(torch::cat(frame_states(clip), /*dim=*/1), static_cast<int64_t>(frames.size()));
  });
}

TensorView stored_tokens(const MediumFeatures& features, bool half) {
  return computing([&] {
    const auto frames = static_cast<int64_t>(features.frames.frames.size());
    const torch::Tensor states = frame_states(features.joined).front();
    const auto kept =
        std::make_shared<torch::Tensor>(states.to(torch::kCPU, half ? torch::kFloat16 : torch::kFloat32).contiguous());
    TensorView view;
    view.data = kept->data_ptr();
    view.dtype = half ? DType::kFloat16 : DType::kFloat32;
    view.shape = {frames, states.size(1) / frames, states.size(2)};
    view.owner = kept;
    return view;
  });
}

MediumFeatures features_from(const TensorView& tokens, const Placement& placement) {
  return computing([&] {
    if (tokens.shape.size() != 3 || (tokens.dtype != DType::kFloat32 && tokens.dtype != DType::kFloat16))
      throw Error(ErrorKind::kInvalidData, "stored features have " + std::to_string(tokens.shape.size()) +
                                               " dimensions of type " + std::string(dtype_name(tokens.dtype)) +
                                               "; expected 3 of float32 or float16");
    const auto type = tokens.dtype == DType::kFloat32 ? torch::kFloat32 : torch::kFloat16;
    const auto stored = torch::from_blob(
        const_cast<void*>(tokens.data), {1, tokens.shape[0] * tokens.shape[1], tokens.shape[2]},
        [owner = tokens.owner](void*) {}, type);
    return views_of(stored.to(torch::Device(placement.device), type_of(placement.precision)), tokens.shape[0]);
  });
}

}  // namespace blip
