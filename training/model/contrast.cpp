#include "training/model/contrast.h"

#include <string>

#include "training/distributed/communicator.h"

namespace blip {
namespace {

constexpr const char* kTwins[] = {"visual_encoder", "text_encoder", "vision_proj", "text_proj"};

torch::Tensor unit(const torch::Tensor& x) {
  return x / x.norm(2, /*dim=*/-1, /*keepdim=*/true).clamp_min(1e-12);
}

// "visual_encoder.cls_token" -> "visual_encoder_m.cls_token"
std::string momentum_name(const std::string& name) {
  const auto dot = name.find('.');
  return name.substr(0, dot) + "_m" + name.substr(dot);
}

std::vector<NamedTensor> twins_of(const Blip& model) {
  std::vector<NamedTensor> twins;
  const auto all = model->named_parameters();
  for (const std::string part : kTwins) {
    for (const auto& parameter : all) {
      if (parameter.key().starts_with(part + ".")) twins.push_back({parameter.key(), parameter.value()});
    }
  }
  return twins;
}

}  // namespace

Contrast::Contrast(const TaskOptions& options, const ModelConfig& config, Blip& model, FlatParameters& parameters,
                   bool with_idx)
    : options_(options),
      model_(model),
      momentum_(config, Layout::kMatcher),
      queue_(config.embed_width, options.queue_size, with_idx, options.device) {
  momentum_->to(options.device);
  set_linear_product(*momentum_, options.linear);
  momentum_->visual_encoder->set_drop_path(options.drop_path);
  momentum_->text_encoder->set_dropout(options.dropout);
  for (auto& parameter : momentum_->parameters()) parameter.requires_grad_(false);
  copy_ = std::make_unique<MomentumCopy>(parameters, twins_of(momentum_));
  copy_now();
  momentum_->train();
}

Contrast::Features Contrast::features(Blip& model, const torch::Tensor& pictures, const TextTensors& texts) {
  Features result;
  result.images = model->visual_encoder(pictures);
  result.image = unit(model->vision_proj(result.images.select(1, 0)));
  const auto states = model->text_encoder->encode(texts.ids, texts.keep, /*cross=*/nullptr);  // [B, T, D]
  result.text = unit(model->text_proj(states.select(1, 0)));
  return result;
}

Contrast::Features Contrast::features(const torch::Tensor& pictures, const TextTensors& texts) {
  return features(model_, pictures, texts);
}

ItcOutputs Contrast::loss(const Features& features, const torch::Tensor& pictures, const TextTensors& texts,
                          const torch::Tensor& temperature, const StepContext& context, const torch::Tensor& idx,
                          const torch::Tensor& all_idx) {
  ItcInputs inputs{features.image, features.text, {}, {}, queue_.images().clone(), queue_.texts().clone(), {}};
  if (idx.defined()) inputs.positives = same_picture_positives(idx, torch::cat({all_idx, queue_.idx()}));
  {
    const torch::NoGradGuard no_grad;
    copy_->update(options_.momentum);
    const Features momentum = this->features(momentum_, pictures, texts);
    const auto everyones = [&](const torch::Tensor& tensor) {
      return context.communicator != nullptr ? context.communicator->gather(tensor) : tensor;
    };
    inputs.image_m = everyones(momentum.image);
    inputs.text_m = everyones(momentum.text);
    if (context.communicator != nullptr) inputs.first = context.communicator->rank() * features.image.size(0);
  }
  auto outputs = itc_loss(inputs, temperature, context.alpha);
  queue_.enqueue(inputs.image_m, inputs.text_m, all_idx);
  return outputs;
}

std::vector<NamedTensor> Contrast::state() const {
  std::vector<NamedTensor> tensors;
  for (const auto& [name, tensor] : twins_of(momentum_)) tensors.push_back({momentum_name(name), tensor});
  const auto queue = queue_.state();
  tensors.insert(tensors.end(), queue.begin(), queue.end());
  return tensors;
}

void Contrast::set_training(bool on) {
  momentum_->train(on);
}

}  // namespace blip
