#include "training/model/blip_task.h"

#include <set>

#include "core/model/shared_parameters.h"
#include "training/model/model_init.h"

namespace blip {
namespace {

constexpr double kFirstTemperature = 0.07;

// Each tensor once, under its first name. The momentum encoders' twins come first: they copy the head of the buffer.
std::vector<NamedTensor> trained_tensors(const Blip& model, const torch::Tensor& temperature) {
  std::vector<NamedTensor> tensors;
  std::set<const void*> seen;
  const auto take = [&](const std::string& name, const torch::Tensor& tensor) {
    if (seen.insert(tensor.unsafeGetTensorImpl()).second) tensors.push_back({name, tensor});
  };
  const auto all = model->named_parameters();
  for (const char* part : {"visual_encoder.", "text_encoder.", "vision_proj.", "text_proj."}) {
    for (const auto& parameter : all) {
      if (parameter.key().starts_with(part)) take(parameter.key(), parameter.value());
    }
  }
  for (const auto& parameter : all) take(parameter.key(), parameter.value());
  if (temperature.defined()) take("temp", temperature);
  return tensors;
}

}  // namespace

BlipTask::BlipTask(const TaskOptions& options, const ModelConfig& config, Kind kind)
    : options_(options), config_(config), layout_(kind.layout), model_(config, kind.layout) {
  if (kind.tied)
    share_all_but_self_attention(model_->text_encoder, model_->text_decoder);
  else if (model_->text_decoder)
    model_->text_decoder->head->tie(model_->text_decoder->bert->word_embeddings);
  draw_weights(model_);
  model_->to(options.device);
  set_linear_product(*model_, options.linear);
  model_->visual_encoder->set_drop_path(options.drop_path);
  model_->visual_encoder->set_checkpointing(options.checkpointed_blocks);
  if (model_->text_encoder) model_->text_encoder->set_dropout(options.dropout);
  if (model_->text_decoder) model_->text_decoder->bert->set_dropout(options.dropout);
  if (kind.temperature) {
    temperature_ = torch::full({}, kFirstTemperature, torch::device(options.device)).requires_grad_(true);
  }
  parameters_ = trained_tensors(model_, temperature_);
  flat_parameters_ = std::make_unique<FlatParameters>(parameters_);
  model_->train();
}

std::vector<NamedTensor> BlipTask::state() const {
  std::vector<NamedTensor> tensors;
  for (const auto& parameter : model_->named_parameters()) tensors.push_back({parameter.key(), parameter.value()});
  if (model_->text_decoder) {
    const std::string bias = "text_decoder.cls.predictions.bias";
    tensors.push_back({bias, model_->named_parameters()["text_decoder.cls.predictions.decoder.bias"]});
  }
  if (temperature_.defined()) tensors.push_back({"temp", temperature_});
  return tensors;
}

void BlipTask::set_training(bool on) {
  model_->train(on);
}

}  // namespace blip
