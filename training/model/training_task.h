#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/checkpoint/model_config.h"
#include "training/data/batch.h"
#include "training/model/named_tensor.h"
#include "training/optim/flat_parameters.h"

namespace blip {

class Communicator;

// What a step depends on besides its batch.
struct StepContext {
  double alpha = 0;  // weight of the momentum model's soft targets (ITC)
  // Pre-training from nothing: the decoder learns to see first. ITC and ITM are left out, momentum copies follow at
  // once.
  bool lm_only = false;
  Communicator* communicator = nullptr;  // null = one process
};

// A step's losses. `total` carries the graph; `parts` are detached scalars for the log, in a fixed order ("loss_ita").
struct StepLosses {
  torch::Tensor total;
  std::vector<std::pair<std::string, torch::Tensor>> parts;
};

// A model being trained with its losses: BLIP's pre-training or one of the fine-tunings (arXiv 2201.12086, sections 3.2
// and 4), a stage of BLIP-2 (arXiv 2301.12597, section 3) or a language model. Owns parameters, momentum copies and
// queues; the optimiser and the schedule are the trainer's.
class TrainingTask {
 public:
  virtual ~TrainingTask() = default;

  virtual std::string_view name() const noexcept = 0;  // "pretrain", "caption", "retrieval", "vqa", "nlvr2", "lm",
                                                       // "blip2-stage1", "blip2-stage2"
  virtual const ModelConfig& config() const noexcept = 0;
  // Of what the checkpoint holds; "lm": kBlip2Opt, of which there is the language model alone.
  virtual Layout layout() const noexcept = 0;

  // Each trained tensor once, tied ones under their first name.
  virtual const std::vector<NamedTensor>& parameters() const noexcept = 0;
  // The same tensors laid end to end: what the optimiser and the all-reduce work on, and momentum copies follow.
  virtual FlatParameters& flat_parameters() noexcept = 0;
  // Whether weight decay applies to a parameter: to all in BLIP; in LAVIS to none with one dimension or named ".bias".
  virtual bool decays(const NamedTensor& parameter) const {
    (void)parameter;
    return true;
  }
  // Everything a checkpoint of the original code holds, ties under both names: parameters, momentum copies, queues,
  // pointers, temperature; what is frozen is left out. Tensors are the live ones: copying into them restores the task.
  virtual std::vector<NamedTensor> state() const = 0;

  // In the order of the original: clamp the temperature, forward (with the momentum update and the queues). The caller
  // runs backward and the optimiser. `batch` is on the host; the task moves it to its device.
  virtual StepLosses step(const Batch& batch, const StepContext& context) = 0;

  virtual void set_training(bool on) = 0;  // dropout and drop path
};

}  // namespace blip
