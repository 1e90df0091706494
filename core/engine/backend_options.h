#pragma once

#include <string>

namespace blip {

// Where and how a backend computes.
struct BackendOptions {
  std::string device = "auto";  // "auto" (CUDA if there is one), "cpu", "torch" (LibTorch on the CPU), "cuda", "cuda:N"
  std::string precision = "auto";  // "auto" (float32), "float32", "bfloat16", "float16" (CUDA only), "int8", "int4"
                                   // (cpu only; of a language model the weights alone, int4: the rest in int8)
  int num_threads = 0;             // 0 = all cores; process-wide
};

}  // namespace blip
