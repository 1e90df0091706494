#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/backend.h"
#include "core/generate/options.h"
#include "tests/bench/bench_inputs.h"

namespace blip::bench {

// One timed run of a workload.
struct Run {
  double seconds = 0;
  std::vector<std::vector<std::int64_t>> ids;  // generated, a sequence each; so that implementations can be compared
  std::vector<float> values;                   // ITM logits
};

// Generation of exactly `length` tokens, prompt included, scored as transformers does.
GenerationOptions fixed_length(std::int64_t beams, std::int64_t length);

// What can be asked of one model: by the name that the peers know it by, too.
using Workloads = std::map<std::string, std::function<Run()>>;

// "vit", "caption", "caption_greedy", "caption8" (seconds a frame), "step" (of 3 beams, seconds a step)
Workloads captioner_workloads(Backend& backend, const BenchInputs& inputs);
// "itm" (on a known frame), "window" (16 frames, one of them new), "window_anew" (all 16 encoded)
Workloads retrieval_workloads(Backend& backend, const BenchInputs& inputs);
// "vqa", "vqa_beams" (the first question on a frame; greedy, 3 beams; 4 tokens), "vqa_second", "vqa_second_beams"
Workloads vqa_workloads(Backend& backend, const BenchInputs& inputs);

}  // namespace blip::bench
