#pragma once

#include <memory>
#include <string>

#include "core/text/tokenizer.h"
#include "training/model/make_task.h"
#include "training/synth/word_list.h"
#include "training/trainer/random_state.h"

namespace blip::test {

inline Tokenizer synth_tokenizer() {
  return Tokenizer(Vocabulary::from_tokens(synth::word_list()));
}

// A newly drawn model, small enough for a test.
inline std::unique_ptr<TrainingTask> tiny_task(const std::string& name, const Tokenizer& tokenizer) {
  seed_random_numbers(3);
  TaskOptions options;
  options.task = name;
  options.queue_size = 4;
  options.tokens = tokenizer.vocabulary().special();
  ModelConfig config;
  config.vision = {.width = 16, .depth = 1, .heads = 2, .mlp_width = 16, .image_size = 32, .patch_size = 16};
  config.text = {.vocab_size = tokenizer.vocabulary().size(),
                 .width = 16,
                 .depth = 1,
                 .heads = 2,
                 .ffn_width = 16,
                 .max_positions = 64};
  config.embed_width = 8;
  return make_task(options, config);
}

// The live tensor of a task's state.
inline torch::Tensor state_tensor(const TrainingTask& task, const std::string& name) {
  for (const NamedTensor& named : task.state())
    if (named.name == name) return named.tensor;
  throw std::runtime_error("no tensor '" + name + "'");
}

}  // namespace blip::test
