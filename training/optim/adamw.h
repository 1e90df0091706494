#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "training/optim/flat_parameters.h"

namespace blip {

// BLIP's settings for every task.
struct AdamWOptions {
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  double weight_decay = 0.05;                    // of every parameter but `no_decay`
  std::set<std::string> no_decay = {};           // by name
  std::map<std::string, double> lr_scales = {};  // by parameter; 1 for those that are not named
};

// AdamW (arXiv 1711.05101) as torch.optim computes it, in one pass over all parameters.
class AdamW {
 public:
  // `parameters` must outlive the optimiser. Throws c10::Error for a name in lr_scales or no_decay that is no
  // parameter.
  AdamW(FlatParameters& parameters, AdamWOptions options);

  void step(double lr);  // reads gradients, changes values

  std::int64_t steps() const noexcept { return steps_; }
  // For checkpoints: moments [P] as they lie in the flat buffer, to be copied into when a run is resumed.
  torch::Tensor& exp_avg() noexcept { return exp_avg_; }
  torch::Tensor& exp_avg_sq() noexcept { return exp_avg_sq_; }
  void set_steps(std::int64_t steps) noexcept { steps_ = steps; }

 private:
  struct Run {
    std::int64_t begin = 0, end = 0;
    double lr_scale = 1, weight_decay = 0;
    bool like(const Run& other) const { return lr_scale == other.lr_scale && weight_decay == other.weight_decay; }
  };

  FlatParameters& parameters_;
  AdamWOptions options_;
  std::vector<Run> runs_;  // neighbours of equal rate and decay
  torch::Tensor exp_avg_, exp_avg_sq_;
  std::int64_t steps_ = 0;
};

}  // namespace blip
