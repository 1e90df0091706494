#include "core/engine/torch_backend/torch_decoding.h"

#include <utility>

#include "core/engine/torch_backend/torch_call.h"
#include "core/engine/torch_backend/torch_features.h"

namespace blip {

SequenceId TorchDecoding::join(const DecodeInput& input) {
  return torch_call(*mutex_, [&] {
    TORCH_CHECK(!input.prompt.empty(), "decoding needs a prompt, at least what every text begins with");
    caches_.emplace(next_id_, start(input));
    return next_id_++;
  });
}

void TorchDecoding::leave(SequenceId id) {
  torch_call(*mutex_, [&] { return caches_.erase(id); });
}

void TorchDecoding::step_into(std::span<const RowStep> rows, Matrix& logits) {
  torch_call(*mutex_, [&] {
    StepRows step(rows, caches_, device_);
    const auto scores = next(step);
    step.advance();
    logits = to_matrix(scores.squeeze(1));
  });
}

}  // namespace blip
