#include "training/distributed/collective_call.h"

#include <algorithm>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::int64_t kNoTensor = -1;
constexpr std::size_t kSizesAt = 4;
constexpr const char* kNames[] = {"average_", "sum_", "broadcast_", "gather", "barrier"};

}  // namespace

CollectiveCall::CollectiveCall(Collective kind, std::int64_t count, const torch::Tensor& tensor) {
  numbers_[0] = static_cast<std::int64_t>(kind);
  numbers_[1] = count;
  numbers_[2] = kNoTensor;
  if (!tensor.defined()) return;
  if (tensor.dim() > kNumbers - static_cast<std::int64_t>(kSizesAt))
    throw Error(ErrorKind::kInvalidArgument,
                "a tensor of " + std::to_string(tensor.dim()) + " dimensions between ranks; at most 8 are possible");
  numbers_[2] = static_cast<std::int64_t>(tensor.scalar_type());
  numbers_[3] = tensor.dim();
  std::copy(tensor.sizes().begin(), tensor.sizes().end(), numbers_.begin() + kSizesAt);
}

std::string CollectiveCall::description() const {
  std::string text = kNames[static_cast<std::size_t>(numbers_[0])];
  if (numbers_[2] != kNoTensor) {
    text += std::string(" of ") + c10::toString(static_cast<c10::ScalarType>(numbers_[2])) + " [";
    for (std::int64_t d = 0; d < numbers_[3]; ++d)
      text += (d == 0 ? "" : ", ") + std::to_string(numbers_[kSizesAt + static_cast<std::size_t>(d)]);
    text += "]";
  }
  return text + ", call " + std::to_string(numbers_[1]);
}

void require_same_call(const std::vector<CollectiveCall>& calls) {
  for (std::size_t rank = 1; rank < calls.size(); ++rank) {
    if (calls[rank] == calls.front()) continue;
    throw Error(ErrorKind::kFailed, "ranks are out of step: rank 0 does " + calls.front().description() + ", rank " +
                                        std::to_string(rank) + " " + calls[rank].description());
  }
}

}  // namespace blip
