#include "training/model/blip2_stage2.h"

#include "training/losses/lm_loss.h"
#include "training/model/batch_tensors.h"
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
  const TextTensors texts = text_tensors(batch.texts, options().device);
  const auto prompts = to_tensor(batch.prompt_tokens, options().device);
  labels = behind_prefix(lm_labels(texts.ids, texts.keep, prompts));
  Opt& opt = model()->opt;
  const auto inputs = torch::cat({prefix, opt->embed(texts.ids)}, /*dim=*/1);  // [B, Q + T, L]
  const auto hidden = opt->forward(inputs, all_kept(prefix, texts.keep));
  // The last query predicts the first token.
  const auto logits = opt->logits(hidden.narrow(1, prefix.size(1) - 1, labels.size(1)));
  return lm_loss(logits, labels, /*label_smoothing=*/0);
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
