#include "core/engine/packed_backend/lm_head.h"

#include <algorithm>
#include <functional>

namespace blip {
namespace {

constexpr std::int64_t kBlock = 64;     // logits that are looked at together
constexpr std::int64_t kRescored = 32;  // blocks whose largest logits are made again

}  // namespace

LmHead::LmHead(WeightStore& weights, const std::string& name, double eps, Precision precision)
    : transform_(weights.linear(name + ".transform.dense", precision)),
      decoder_(weights.linear(name + ".decoder", precision)),
      norm_(weights.norm(name + ".transform.LayerNorm", eps)),
      weights_(weights.tensor(name + ".decoder.weight")),
      bias_(weights.values(name + ".decoder.bias")) {}

void LmHead::run(Workspace& workspace, const float* states, std::int64_t rows, float* logits) const {
  const Arena::Scope scope(workspace.shared);
  const std::int64_t width = transform_->out();
  auto* hidden = workspace.shared.take<float>(rows * width);
  transform_->run(workspace, states, rows, hidden, After::kGelu);
  norm_.run(workspace.loops, hidden, rows, hidden);
  decoder_->run(workspace, hidden, rows, logits);
  if (decoder_->precision() == Precision::kFloat32) return;
  for (std::int64_t r = 0; r < rows; ++r) rescore(workspace, hidden + r * width, logits + r * vocabulary());
}

// The kRescored largest logits are all among those that reach the kRescored-th largest of the blocks' largest.
void LmHead::rescore(Workspace& workspace, const float* state, float* logits) const {
  const Arena::Scope scope(workspace.shared);
  const std::int64_t width = transform_->out(), blocks = (vocabulary() + kBlock - 1) / kBlock;
  auto* largest = workspace.shared.take<float>(blocks);
  auto* ranked = workspace.shared.take<float>(blocks);
  auto* row = workspace.shared.take<float>(width);
  const auto size = [&](std::int64_t block) { return std::min(kBlock, vocabulary() - block * kBlock); };
  for (std::int64_t b = 0; b < blocks; ++b) largest[b] = workspace.loops.largest(logits + b * kBlock, size(b));
  std::copy_n(largest, blocks, ranked);
  const std::int64_t rank = std::min(kRescored, blocks) - 1;
  std::nth_element(ranked, ranked + rank, ranked + blocks, std::greater<>());
  const float least = ranked[rank];
  for (std::int64_t b = 0; b < blocks; ++b) {
    if (largest[b] < least) continue;
    for (std::int64_t token = b * kBlock; token < b * kBlock + size(b); ++token) {
      if (logits[token] < least) continue;
      std::fill_n(row, width, 0.0f);
      weights_.add_to(token, row);
      logits[token] = workspace.loops.dot(state, row, width) + bias_[static_cast<std::size_t>(token)];
    }
  }
}

}  // namespace blip
