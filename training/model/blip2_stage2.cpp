#include "training/model/blip2_stage2.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "training/losses/lm_loss.h"
#include "training/model/rank_share.h"

namespace blip {
namespace {

// In front of labels [B, T], so that lm_loss(), which predicts each place from the one before it, predicts the first.
torch::Tensor behind_prefix(const torch::Tensor& labels) {
  return torch::cat({torch::full({labels.size(0), 1}, kIgnoredLabel, labels.options()), labels}, /*dim=*/1);
}

torch::Tensor all_kept(const torch::Tensor& prefix, const torch::Tensor& keep) {
  return torch::cat({torch::ones({prefix.size(0), prefix.size(1)}, keep.options()), keep}, /*dim=*/1);
}

Layout layout_of(const ModelConfig& config) {
  return config.blip2->language.kind == LanguageModelKind::kOpt ? Layout::kBlip2Opt : Layout::kBlip2T5;
}

}  // namespace

Blip2Stage2::Blip2Stage2(const Blip2TaskOptions& options, const ModelConfig& config)
    : Blip2Task(options, config, layout_of(config)) {}

StepLosses Blip2Stage2::step(const Batch& batch, const StepContext& context) {
  const auto images = image_states(batch);
  const auto queries = model()->qformer->encode_queries(model()->query_tokens, images).states;
  const auto prefix = model()->language_projection(queries);  // [B, Q, L]
  torch::Tensor labels;
  const auto loss = layout() == Layout::kBlip2Opt ? opt_loss(prefix, batch, labels) : t5_loss(prefix, batch, labels);
  const double share = token_share(labels, context.communicator);
  StepLosses losses;
  losses.parts.emplace_back("loss_lm", loss.detach());
  losses.total = share == 1 ? loss : loss * share;
  return losses;
}

torch::Tensor Blip2Stage2::opt_loss(const torch::Tensor& prefix, const Batch& batch, torch::Tensor& labels) {
  constexpr std::int64_t kRowsTogether = 16;
  const TextTensors texts = text_tensors(batch.texts, options().device);
  const auto wanted = lm_labels(texts.ids, texts.keep, to_tensor(batch.prompt_tokens, options().device));
  labels = behind_prefix(wanted);
  const auto lengths = texts.keep.sum(1).to(torch::kCPU);  // [B]
  const auto by_length = lengths.argsort();
  torch::Tensor sum;
  for (std::int64_t begin = 0; begin < batch.size; begin += kRowsTogether) {
    const auto chosen = by_length.narrow(0, begin, std::min(kRowsTogether, batch.size - begin));
    const auto longest = lengths.index_select(0, chosen).max().item<std::int64_t>();
    const auto rows = chosen.to(options().device);
    const auto of_rows = [&](const torch::Tensor& all) { return all.index_select(0, rows).narrow(1, 0, longest); };
    const auto part =
        opt_losses(prefix.index_select(0, rows), {of_rows(texts.ids), of_rows(texts.keep)}, of_rows(wanted));
    sum = sum.defined() ? sum + part : part;
  }
  return sum / wanted.ne(kIgnoredLabel).sum();
}

torch::Tensor Blip2Stage2::opt_losses(const torch::Tensor& prefix, const TextTensors& texts,
                                      const torch::Tensor& wanted) {
  Opt& opt = model()->opt;
  const auto inputs = torch::cat({prefix, opt->embed(texts.ids)}, /*dim=*/1);  // [B, Q + T, L]
  const auto hidden = opt->forward(inputs, all_kept(prefix, texts.keep));
  // The last query predicts the first token. Logits are made where there is a label: often of a short answer alone.
  const auto places = wanted.flatten().ne(kIgnoredLabel).nonzero().squeeze(1);
  const auto states = hidden.narrow(1, prefix.size(1) - 1, wanted.size(1)).flatten(0, 1).index_select(0, places);
  return at::cross_entropy_loss(opt->logits(states), wanted.flatten().index_select(0, places), /*weight=*/{},
                                at::Reduction::Sum);
}

torch::Tensor Blip2Stage2::t5_loss(const torch::Tensor& prefix, const Batch& batch, torch::Tensor& labels) {
  const TextTensors read = text_tensors(batch.texts, options().device);
  const TextTensors written = text_tensors(batch.answers, options().device);
  labels = behind_prefix(lm_labels(written.ids, written.keep));
  T5& t5 = model()->t5;
  const auto inputs = torch::cat({prefix, t5->embed(read.ids)}, /*dim=*/1);
  const auto keep = all_kept(prefix, read.keep);
  const auto states = t5->encode(inputs, keep);
  // The decoder begins with the start token; its padding is masked by the labels and comes behind what counts.
  const auto start = torch::full({written.ids.size(0), 1}, config().blip2->language.start_token, written.ids.options());
  const auto ids = torch::cat({start, written.ids}, /*dim=*/1);
  const auto hidden = t5->decode(ids, /*keep=*/{}, t5->cross_states(states), keep);
  return lm_loss(t5->logits(hidden), labels, /*label_smoothing=*/0);
}

}  // namespace blip
