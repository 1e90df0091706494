#include "core/engine/torch_backend/torch_device.h"

#include <sched.h>
#include <torch/cuda.h>

#include <charconv>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/model/compute_threads.h"

namespace blip {
namespace {

torch::Device cuda_device(const std::string& name) {
  int64_t index = 0;
  if (name.size() > 4) {
    const std::string_view digits = std::string_view(name).substr(5);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (name[4] != ':' || digits.empty() || error != std::errc() || end != digits.data() + digits.size() || index < 0) {
      throw Error(ErrorKind::kInvalidArgument, "device '" + name + "' is none of auto, cpu, cuda, cuda:N");
    }
  }
  const auto count = static_cast<int64_t>(torch::cuda::device_count());
  if (index >= count) {
    throw Error(ErrorKind::kUnsupported, "device '" + name + "': this LibTorch sees " + std::to_string(count) +
                                             " CUDA devices; use cpu, or a LibTorch built for CUDA");
  }
  return {torch::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

torch::Device parse_device(const std::string& name) {
  if (name == "cpu") return torch::kCPU;
  if (name == "auto" || name.empty())
    return torch::cuda::is_available() ? cuda_device("cuda") : torch::Device(torch::kCPU);
  if (name.starts_with("cuda")) return cuda_device(name);
  throw Error(ErrorKind::kInvalidArgument, "device '" + name + "' is none of auto, cpu, cuda, cuda:N");
}

torch::ScalarType parse_precision(const std::string& name, const torch::Device& device) {
  if (name == "auto" || name.empty() || name == "float32") return torch::kFloat32;
  if (name == "bfloat16") return torch::kBFloat16;
  if (name == "float16") {
    if (!device.is_cuda())
      throw Error(ErrorKind::kUnsupported,
                  "precision 'float16' needs a CUDA device; use float32 or bfloat16 on the CPU");
    return torch::kFloat16;
  }
  throw Error(ErrorKind::kInvalidArgument, "precision '" + name + "' is none of auto, float32, bfloat16, float16");
}

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

}  // namespace

TorchPlacement torch_placement(const BackendOptions& options) {
  TorchPlacement placement;
  placement.device = parse_device(options.device);
  placement.dtype = parse_precision(options.precision, placement.device);
  return placement;
}

std::string precision_name(torch::ScalarType dtype) {
  if (dtype == torch::kBFloat16) return "bfloat16";
  return dtype == torch::kFloat16 ? "float16" : "float32";
}

void set_torch_threads(int num_threads) {
  set_compute_threads(num_threads > 0 ? num_threads : usable_cores());
}

}  // namespace blip
