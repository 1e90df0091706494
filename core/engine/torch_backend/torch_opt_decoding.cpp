#include "core/engine/torch_backend/torch_opt_decoding.h"

#include <string>

#include "core/base/error.h"
#include "core/engine/torch_backend/torch_features.h"

namespace blip {

void OptReader::expect_room(std::int64_t positions) const {
  if (positions <= max_positions) return;
  throw Error(ErrorKind::kInvalidArgument, "the picture's queries and the text take " + std::to_string(positions) +
                                               " tokens, but the language model has room for " +
                                               std::to_string(max_positions) +
                                               ": shorten the prompt, the history or the answer, or use fewer frames");
}

std::vector<KeyValue> OptReader::read(const Clip& clip, std::span<const std::int64_t> ids) {
  const auto device = model->tokens->weight.device();
  const ClipPrefixes::Found known = prefixes.find(clip, ids);
  const auto rest = ids.subspan(known.ids);
  std::vector<torch::Tensor> inputs;
  if (known.states.empty()) inputs.push_back(soft_prompts(clip));
  if (!rest.empty()) inputs.push_back(model->embed(to_ids(rest, device)));
  if (inputs.empty()) return known.states;

  const auto added = torch::cat(inputs, /*dim=*/1);  // [1, T, L]
  OptCache cache;
  cache.layers = known.states;
  const auto options = torch::dtype(torch::kBool).device(device);
  const int64_t past = known.states.empty() ? 0 : known.states.front().key.size(2);
  expect_room(past + added.size(1));
  if (past > 0) cache.keep = torch::ones({1, past}, options);
  model->forward(added, torch::ones({1, added.size(1)}, options), &cache);
  prefixes.keep(clip, ids, cache.layers);
  return cache.layers;
}

RowCache TorchOptDecoding::start(const DecodeInput& input) {
  RowCache cache;
  cache.prefix = reader_.read(input.clip, std::span(input.prompt).first(input.prompt.size() - 1));
  cache.place = cache.prefix.front().key.size(2);
  return cache;
}

torch::Tensor TorchOptDecoding::next(StepRows& rows) {
  for (const auto& group : rows.groups()) reader_.expect_room(group.cache->place + 1);
  Opt& model = reader_.model;
  auto x = model->embed(rows.tokens()) + model->positions(rows.places());  // [R, 1, L]
  for (size_t i = 0; i < model->layers.size(); ++i) {
    auto& layer = model->layers[i];
    const auto normed = layer->attention_input(x);
    x = layer->finish(rows.self_context(i, layer->queries(normed), layer->keys_values(normed)), x);
  }
  return model->logits(model->final_norm(x));
}

}  // namespace blip
