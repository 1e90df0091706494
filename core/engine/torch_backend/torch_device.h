#pragma once

#include <string>

#include "core/engine/backend_options.h"
#include "core/model/torch_compat.h"

namespace blip {

struct TorchPlacement {
  torch::Device device = torch::kCPU;
  torch::ScalarType dtype = torch::kFloat32;
};

// Turns the options' words into LibTorch's, checked against this machine. Throws Error.
TorchPlacement torch_placement(const BackendOptions& options);
std::string precision_name(torch::ScalarType dtype);  // the option's word for it
// Sets the number of LibTorch's threads: 0 = all cores this process may use.
void set_torch_threads(int num_threads);

}  // namespace blip
