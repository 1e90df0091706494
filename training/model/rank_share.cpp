#include "training/model/rank_share.h"

#include "training/distributed/communicator.h"
#include "training/losses/lm_loss.h"

namespace blip {

double token_share(const torch::Tensor& labels, Communicator* communicator) {
  if (communicator == nullptr || communicator->size() == 1) return 1;
  const auto predicted = labels.narrow(1, 1, labels.size(1) - 1).ne(kIgnoredLabel).sum();
  auto all = predicted.to(torch::kFloat64);
  communicator->sum_(all);
  const double own = predicted.item<double>(), total = all.item<double>();
  return total > 0 ? own * communicator->size() / total : 1;
}

}  // namespace blip
