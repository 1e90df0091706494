#include "training/eval/live_model.h"

#include <string>
#include <utility>

#include "core/checkpoint/layout.h"
#include "core/engine/torch_backend/torch_backend.h"
#include "training/trainer/random_state.h"
#include "training/trainer/tensor_bytes.h"

namespace blip {

LoadedModel open_live_model(const TrainingTask& task, const Tokenizer& tokenizer) {
  tokenizer.vocabulary().expect_size(task.config().text.vocab_size);
  Checkpoint checkpoint;
  checkpoint.config = task.config();
  checkpoint.stored_grid = task.config().vision.grid();
  checkpoint.layout = task.layout();
  checkpoint.path = "the model in training";
  const TensorShapes expected = expected_tensors(task.layout(), task.config());
  torch::Device device = torch::kCPU;
  for (const NamedTensor& named : task.state()) {
    if (!expected.contains(named.name)) continue;
    device = named.tensor.device();
    checkpoint.tensors.emplace(named.name, view_of(named.tensor.detach()));
  }
  check_tensors(checkpoint.tensors, expected, checkpoint.path.string());

  const torch::Tensor random = random_state(torch::kCPU);
  auto backend = make_torch_backend(checkpoint, {.device = device.str(), .num_threads = at::get_num_threads()});
  set_random_state(torch::kCPU, random);
  checkpoint.tensors.clear();
  return {std::move(checkpoint), tokenizer, std::move(backend)};
}

}  // namespace blip
