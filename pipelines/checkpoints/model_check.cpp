#include "pipelines/checkpoints/model_check.h"

#include <cstdint>
#include <utility>

#include "core/checkpoint/message.h"
#include "core/checkpoint/model_files.h"
#include "core/checkpoint/torch_reader.h"
#include "pipelines/checkpoints/model_vocabulary.h"

namespace blip {
namespace {

// Counts the values whose exponent bits are all ones: infinities and NaNs.
template <class Bits>
std::int64_t count_not_finite(const TensorView& view, Bits exponent) {
  const auto* values = static_cast<const Bits*>(view.data);
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < view.element_count(); ++i) count += (values[i] & exponent) == exponent ? 1 : 0;
  return count;
}

std::int64_t count_not_finite(const TensorView& view) {
  switch (view.dtype) {
    case DType::kFloat32:
      return count_not_finite<std::uint32_t>(view, 0x7f800000U);
    case DType::kFloat16:
      return count_not_finite<std::uint16_t>(view, 0x7c00U);
    case DType::kBFloat16:
      return count_not_finite<std::uint16_t>(view, 0x7f80U);
    default:
      return 0;
  }
}

}  // namespace

void check_finite(const Checkpoint& checkpoint) {
  std::vector<std::string> names;
  for (const auto& [name, view] : checkpoint.tensors) {
    if (const std::int64_t count = count_not_finite(view); count > 0)
      names.push_back(name + " (" + std::to_string(count) + " of " + std::to_string(view.element_count()) + ")");
  }
  if (!names.empty()) {
    throw invalid_data(checkpoint.path.string(),
                       std::to_string(names.size()) + " tensors hold NaN or infinity: " + first_ten(names));
  }
}

Verified verify_model(const CheckpointOptions& options) {
  const Checkpoint checkpoint = open_checkpoint(options);
  open_fitting_vocabulary(checkpoint);
  if (const ModelFiles files = find_model_files(options); files.weights.format == WeightsFormat::kTorch)
    check_torch_checksums(files.weights.path);
  check_finite(checkpoint);
  std::string line = "OK " + checkpoint.path.string() + ": " + std::string(layout_name(checkpoint.layout)) + ", " +
                     std::to_string(checkpoint.tensors.size()) + " tensors, all of the right shape and finite";
  return {std::move(line), checkpoint.warnings};
}

}  // namespace blip
