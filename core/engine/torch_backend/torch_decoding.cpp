#include "core/engine/torch_backend/torch_decoding.h"

#include <algorithm>
#include <utility>

#include "core/engine/torch_backend/torch_call.h"
#include "core/engine/torch_backend/torch_features.h"

namespace blip {

TorchDecoding::TorchDecoding(TextDecoder decoder, CrossSource cross_source, torch::Device device,
                             std::shared_ptr<std::mutex> mutex)
    : decoder_(std::move(decoder)), cross_source_(std::move(cross_source)), device_(device), mutex_(std::move(mutex)) {}

SequenceId TorchDecoding::join(const DecodeInput& input) {
  return torch_call(*mutex_, [&] {
    TORCH_CHECK(!input.prompt.empty(), "decoding needs a prompt, at least [DEC]");
    Sequence sequence;
    sequence.cross = cross_source_(input);
    auto& layers = decoder_->bert->layers;
    sequence.past.resize(layers.size());
    sequence.length = static_cast<int64_t>(input.prompt.size()) - 1;
    if (sequence.length > 0) {
      auto x = decoder_->bert->embed(to_ids(std::span(input.prompt).first(sequence.length), device_));  // [1, T, D]
      const auto bias = mask_bias(causal_mask(sequence.length, device_), x.scalar_type());
      for (size_t i = 0; i < layers.size(); ++i) {
        sequence.past[i] = layers[i]->attention->keys_values(x);
        if (i + 1 == layers.size()) break;  // the last layer's output is not used: only its keys and values are
        x = layers[i]->attention(x, sequence.past[i], bias);
        x = layers[i]->crossattention(x, sequence.cross[i], /*bias=*/torch::Tensor{});
        x = layers[i]->feed_forward(x);
      }
    }
    sequences_.emplace(next_id_, std::move(sequence));
    return next_id_++;
  });
}

void TorchDecoding::leave(SequenceId id) {
  torch_call(*mutex_, [&] { return sequences_.erase(id); });
}

std::vector<TorchDecoding::Group> TorchDecoding::group_rows(std::span<const RowStep> rows) {
  std::vector<Group> groups;
  for (size_t begin = 0; begin < rows.size();) {
    size_t end = begin;
    while (end < rows.size() && rows[end].sequence == rows[begin].sequence) ++end;
    const auto found = sequences_.find(rows[begin].sequence);
    TORCH_CHECK(found != sequences_.end(), "no sequence ", rows[begin].sequence);
    Group group{&found->second, static_cast<int64_t>(begin), static_cast<int64_t>(end - begin), {}};
    auto parents = torch::empty({group.count}, torch::kInt64);
    bool unchanged = group.count == group.sequence->rows;
    for (size_t r = begin; r < end; ++r) {
      TORCH_CHECK(rows[r].parent >= 0 && rows[r].parent < group.sequence->rows, "no row ", rows[r].parent);
      parents[static_cast<int64_t>(r - begin)] = rows[r].parent;
      unchanged = unchanged && rows[r].parent == static_cast<int64_t>(r - begin);
    }
    if (!unchanged) group.parents = parents.to(device_);
    groups.push_back(std::move(group));
    begin = end;
  }
  return groups;
}

torch::Tensor TorchDecoding::embed_rows(std::span<const RowStep> rows, const std::vector<Group>& groups) {
  std::vector<torch::Tensor> parts;
  for (const Group& group : groups) {
    std::vector<int64_t> tokens;
    for (const RowStep& row : rows.subspan(group.begin, group.count)) tokens.push_back(row.token);
    parts.push_back(decoder_->bert->embed(to_ids(tokens, device_).t(), group.sequence->length));  // [count, 1, D]
  }
  return torch::cat(parts, /*dim=*/0);  // [R, 1, D]
}

torch::Tensor TorchDecoding::self_context(MedLayer& layer, size_t number, const torch::Tensor& x,
                                          const std::vector<Group>& groups) {
  const auto queries = layer->attention->queries(x);        // [R, H, 1, D/H]
  const KeyValue added = layer->attention->keys_values(x);  // [R, H, 1, D/H]
  std::vector<torch::Tensor> contexts;
  for (const Group& group : groups) {
    KeyValue& past = group.sequence->past[number];
    const auto grow = [&](torch::Tensor& kept, const torch::Tensor& all) {
      const auto own = all.narrow(/*dim=*/0, group.begin, group.count);
      if (kept.defined() && group.parents.defined()) kept = kept.index_select(/*dim=*/0, group.parents);
      kept = kept.defined() ? torch::cat({kept, own}, /*dim=*/2) : own;
    };
    grow(past.key, added.key);
    grow(past.value, added.value);
    contexts.push_back(attend(queries.narrow(/*dim=*/0, group.begin, group.count), past, /*bias=*/{}));
  }
  return torch::cat(contexts, /*dim=*/0);  // [R, H, 1, D/H]
}

torch::Tensor TorchDecoding::cross_context(MedLayer& layer, size_t number, const torch::Tensor& x,
                                           const std::vector<Group>& groups) {
  const auto queries = layer->crossattention->queries(x);  // [R, H, 1, D/H]
  std::vector<torch::Tensor> contexts;
  for (const Group& group : groups) {
    // Rows become query positions, so that all of them read the one copy of keys and values.
    const auto own = queries.narrow(/*dim=*/0, group.begin, group.count).transpose(0, 2);  // [1, H, count, D/H]
    contexts.push_back(attend(own, group.sequence->cross[number], /*bias=*/{}).transpose(0, 2));
  }
  return torch::cat(contexts, /*dim=*/0);  // [R, H, 1, D/H]
}

void TorchDecoding::step_into(std::span<const RowStep> rows, Matrix& logits) {
  torch_call(*mutex_, [&] {
    auto groups = group_rows(rows);
    auto x = embed_rows(rows, groups);  // [R, 1, D]
    auto& layers = decoder_->bert->layers;
    for (size_t i = 0; i < layers.size(); ++i) {
      x = layers[i]->attention->output(self_context(layers[i], i, x, groups), x);
      x = layers[i]->crossattention->output(cross_context(layers[i], i, x, groups), x);
      x = layers[i]->feed_forward(x);
    }
    for (Group& group : groups) {
      group.sequence->rows = group.count;
      ++group.sequence->length;
    }
    logits = to_matrix(decoder_->head(x).squeeze(1));
  });
}

}  // namespace blip
