#include "core/engine/torch_backend/step_rows.h"

#include <cmath>

namespace blip {

StepRows::StepRows(std::span<const RowStep> rows, std::map<SequenceId, RowCache>& caches, const torch::Device& device)
    : tokens_(torch::empty({static_cast<int64_t>(rows.size()), 1}, torch::kInt64)),
      places_(torch::empty_like(tokens_)) {
  auto parents = torch::empty({static_cast<int64_t>(rows.size())}, torch::kInt64);
  for (size_t begin = 0; begin < rows.size();) {
    const auto found = caches.find(rows[begin].sequence);
    TORCH_CHECK(found != caches.end(), "no sequence ", rows[begin].sequence);
    RowCache& cache = found->second;
    bool unchanged = true;
    size_t end = begin;
    for (; end < rows.size() && rows[end].sequence == rows[begin].sequence; ++end) {
      const auto row = static_cast<int64_t>(end);
      TORCH_CHECK(rows[end].parent >= 0 && rows[end].parent < cache.rows, "no row ", rows[end].parent);
      tokens_.data_ptr<int64_t>()[row] = rows[end].token;
      places_.data_ptr<int64_t>()[row] = cache.place;
      parents.data_ptr<int64_t>()[row] = rows[end].parent;
      unchanged = unchanged && rows[end].parent == static_cast<int64_t>(end - begin);
    }
    const auto first = static_cast<int64_t>(begin), count = static_cast<int64_t>(end - begin);
    groups_.push_back({&cache, first, count, {}, {}});
    if (!unchanged || count != cache.rows) groups_.back().parents = parents.narrow(/*dim=*/0, first, count).to(device);
    begin = end;
  }
  tokens_ = tokens_.to(device);
  places_ = places_.to(device);
}

torch::Tensor attend_behind(const torch::Tensor& queries, const KeyValue& prefix, const KeyValue& own,
                            const torch::Tensor& bias, double scale) {
  if (!prefix.key.defined()) return attend(queries, own, bias, /*dropout=*/0, scale);
  if (scale == 0) scale = 1.0 / std::sqrt(static_cast<double>(queries.size(3)));
  // Rows become query positions, so that all of them read the one copy of the prefix.
  const auto together = queries.transpose(0, 2);                                            // [1, H, R, K]
  const auto before = torch::matmul(together, prefix.key.transpose(2, 3)).transpose(0, 2);  // [R, H, 1, P]
  const auto behind = torch::matmul(queries, own.key.transpose(2, 3));                      // [R, H, 1, T]
  auto scores = torch::cat({before, behind}, /*dim=*/3) * scale;
  if (bias.defined()) scores = scores + bias;
  const auto shares = torch::softmax(scores, /*dim=*/-1).split_with_sizes({before.size(3), behind.size(3)}, /*dim=*/3);
  return torch::matmul(shares[0].transpose(0, 2), prefix.value).transpose(0, 2) + torch::matmul(shares[1], own.value);
}

torch::Tensor StepRows::self_context(size_t layer, const torch::Tensor& queries, const KeyValue& added, double scale) {
  std::vector<torch::Tensor> contexts;
  for (const Group& group : groups_) {
    auto& kept = group.cache->own;
    if (kept.size() <= layer) kept.resize(layer + 1);
    const auto grow = [&group](torch::Tensor& past, const torch::Tensor& all) {
      const auto own = all.narrow(/*dim=*/0, group.begin, group.count);
      if (past.defined() && group.parents.defined()) past = past.index_select(/*dim=*/0, group.parents);
      past = past.defined() ? torch::cat({past, own}, /*dim=*/2) : own;
    };
    grow(kept[layer].key, added.key);
    grow(kept[layer].value, added.value);
    const auto& prefix = group.cache->prefix;
    contexts.push_back(attend_behind(queries.narrow(/*dim=*/0, group.begin, group.count),
                                     prefix.empty() ? KeyValue{} : prefix[layer], kept[layer], group.self_bias, scale));
  }
  return torch::cat(contexts, /*dim=*/0);
}

torch::Tensor StepRows::cross_context(size_t layer, const torch::Tensor& queries, double scale) {
  std::vector<torch::Tensor> contexts;
  for (const Group& group : groups_) {
    const auto own = queries.narrow(/*dim=*/0, group.begin, group.count).transpose(0, 2);  // [1, H, count, K]
    contexts.push_back(attend(own, group.cache->cross[layer], /*bias=*/{}, /*dropout=*/0, scale).transpose(0, 2));
  }
  return torch::cat(contexts, /*dim=*/0);
}

void StepRows::advance() {
  for (Group& group : groups_) {
    group.cache->rows = group.count;
    ++group.cache->place;
  }
}

}  // namespace blip
