#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "core/engine/torch_backend/step_rows.h"
#include "core/generate/decoder_step.h"

namespace blip {

// Decodes many sequences together; what a model has to do for it, its class says.
class TorchDecoding : public Decoding {
 public:
  // `mutex` serialises the calls of one backend.
  TorchDecoding(torch::Device device, std::shared_ptr<std::mutex> mutex) : device_(device), mutex_(std::move(mutex)) {}
  SequenceId join(const DecodeInput& input) final;
  void step_into(std::span<const RowStep> rows, Matrix& logits) final;
  void leave(SequenceId id) final;

 protected:
  virtual RowCache start(const DecodeInput& input) = 0;  // with all of the prompt but its last token
  virtual torch::Tensor next(StepRows& rows) = 0;        // logits [R, 1, vocabulary]
  const torch::Device& device() const { return device_; }

 private:
  torch::Device device_;
  std::shared_ptr<std::mutex> mutex_;
  std::map<SequenceId, RowCache> caches_;
  SequenceId next_id_ = 0;
};

}  // namespace blip
