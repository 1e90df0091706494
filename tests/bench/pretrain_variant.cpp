#include "tests/bench/pretrain_variant.h"

#include <torch/optim/adamw.h>

#include <set>
#include <string>

#include "core/model/blip.h"
#include "core/model/shared_parameters.h"
#include "training/losses/hard_negatives.h"
#include "training/losses/itc_loss.h"
#include "training/losses/lm_loss.h"
#include "training/model/batch_tensors.h"
#include "training/model/feature_queue.h"
#include "training/model/match_step.h"
#include "training/model/model_init.h"
#include "training/optim/adamw.h"
#include "training/optim/momentum_copy.h"

namespace blip::bench {
namespace {

constexpr double kMomentum = 0.995, kAlpha = 0.4, kLabelSmoothing = 0.1, kLearningRate = 1e-4, kWeightDecay = 0.05;
constexpr const char* kTwins[] = {"visual_encoder.", "text_encoder.", "vision_proj.", "text_proj."};

std::vector<NamedTensor> parts_of(const Blip& model) {
  std::vector<NamedTensor> parts;
  const auto all = model->named_parameters();
  for (const char* prefix : kTwins) {
    for (const auto& parameter : all) {
      if (parameter.key().starts_with(prefix)) parts.push_back({parameter.key(), parameter.value()});
    }
  }
  return parts;
}

torch::Tensor unit(const torch::Tensor& x) {
  return x / x.norm(2, -1, true).clamp_min(1e-12);
}

TextTensors padded_tensors(const TokenBatch& texts) {
  const auto ids = torch::tensor(texts.ids).view({texts.texts, texts.length});
  const auto mask = torch::tensor(std::vector<std::int64_t>(texts.mask.begin(), texts.mask.end()));
  return {ids, mask.view({texts.texts, texts.length}).to(torch::kBool)};
}

}  // namespace

struct PretrainVariant::State {
  VariantOptions options;
  Blip model, momentum;
  torch::Tensor temperature = torch::full({}, 0.07).requires_grad_(true);
  std::vector<NamedTensor> own, twins, trained;
  FeatureQueue queue;
  std::unique_ptr<FlatParameters> flat;
  std::unique_ptr<AdamW> adamw;
  std::unique_ptr<MomentumCopy> copy;
  std::unique_ptr<torch::optim::AdamW> adamw_by_parameter;

  State(const ModelConfig& config, const VariantOptions& chosen)
      : options(chosen),
        model(config, Layout::kPretrain),
        momentum(config, Layout::kMatcher),
        queue(config.embed_width, chosen.queue_size, /*with_idx=*/false, torch::kCPU) {
    share_all_but_self_attention(model->text_encoder, model->text_decoder);
    draw_weights(model);
    model->text_encoder->set_dropout(options.dropout);
    model->text_decoder->bert->set_dropout(options.dropout);
    momentum->text_encoder->set_dropout(options.dropout);
    for (auto& parameter : momentum->parameters()) parameter.requires_grad_(false);
    set_linear_product(*model, LinearProduct::kOneDnn);
    set_linear_product(*momentum, LinearProduct::kOneDnn);
    own = parts_of(model);
    twins = parts_of(momentum);
    {
      const torch::NoGradGuard no_grad;
      for (std::size_t i = 0; i < own.size(); ++i) twins[i].tensor.copy_(own[i].tensor);
    }
    std::set<const void*> seen;
    const auto all = model->named_parameters();
    for (const NamedTensor& part : own) take(seen, part);
    for (const auto& parameter : all) take(seen, {parameter.key(), parameter.value()});
    take(seen, {"temp", temperature});
    if (options.one_pass) {
      flat = std::make_unique<FlatParameters>(trained);
      adamw = std::make_unique<AdamW>(*flat, AdamWOptions{.lr_scales = {}});
      copy = std::make_unique<MomentumCopy>(*flat, twins);
      return;
    }
    std::vector<torch::Tensor> tensors;
    for (const NamedTensor& parameter : trained) tensors.push_back(parameter.tensor);
    adamw_by_parameter = std::make_unique<torch::optim::AdamW>(
        tensors, torch::optim::AdamWOptions(kLearningRate).weight_decay(kWeightDecay));
  }

  void take(std::set<const void*>& seen, const NamedTensor& tensor) {
    if (seen.insert(tensor.tensor.unsafeGetTensorImpl()).second) trained.push_back(tensor);
  }

  void update_momentum() {
    if (copy) return copy->update(kMomentum);
    for (std::size_t i = 0; i < own.size(); ++i)
      twins[i].tensor.set_data(twins[i].tensor * kMomentum + own[i].tensor.detach() * (1 - kMomentum));
  }

  struct Features {
    torch::Tensor images, image, text;
  };
  static Features features(Blip& blip, const torch::Tensor& pictures, const TextTensors& texts) {
    const auto images = blip->visual_encoder(pictures);
    const auto states = blip->text_encoder->encode(texts.ids, texts.keep, nullptr);
    return {images, unit(blip->vision_proj(images.select(1, 0))), unit(blip->text_proj(states.select(1, 0)))};
  }

  ItcOutputs contrast(const Features& student, const torch::Tensor& pictures, const TextTensors& texts) {
    ItcInputs inputs{student.image, student.text, {}, {}, queue.images().clone(), queue.texts().clone(), {}};
    {
      const torch::NoGradGuard no_grad;
      update_momentum();
      const auto teacher = features(momentum, pictures, texts);
      inputs.image_m = teacher.image;
      inputs.text_m = teacher.text;
    }
    auto outputs = itc_loss(inputs, temperature, kAlpha);
    queue.enqueue(inputs.image_m, inputs.text_m);
    return outputs;
  }

  // As the original pairs them: the positives, then both kinds of negatives; each time the pictures anew.
  torch::Tensor match_anew(const torch::Tensor& images, const TextTensors& texts, const torch::Tensor& wrong_images,
                           const torch::Tensor& wrong_texts) {
    const auto states_of = [&](const TextTensors& queries, const torch::Tensor& sources) {
      const auto cross = model->text_encoder->cross_states(sources);
      return model->text_encoder->encode(queries.ids, queries.keep, &cross).select(1, 0);
    };
    const TextTensors negatives{torch::cat({texts.ids, texts.ids.index_select(0, wrong_texts)}),
                                torch::cat({texts.keep, texts.keep.index_select(0, wrong_texts)})};
    const auto positive = states_of(texts, images);
    const auto negative = states_of(negatives, torch::cat({images.index_select(0, wrong_images), images}));
    const auto batch = images.size(0);
    const auto labels = torch::cat({torch::ones({batch}, torch::kInt64), torch::zeros({2 * batch}, torch::kInt64)});
    return at::cross_entropy_loss(model->itm_head(torch::cat({positive, negative})), labels);
  }

  torch::Tensor loss(const Batch& batch) {
    {
      const torch::NoGradGuard no_grad;
      temperature.clamp_(0.001, 0.5);
    }
    const auto pictures = image_tensor(batch.images, batch.size, batch.side, torch::kCPU);
    const auto texts = options.unpadded ? text_tensors(batch.texts, torch::kCPU) : padded_tensors(batch.texts);
    const auto student = features(model, pictures, texts);
    const auto itc = contrast(student, pictures, texts);
    const auto wrong_images = draw_negatives(pretrain_negative_weights(itc.sim_t2i));
    const auto wrong_texts = draw_negatives(pretrain_negative_weights(itc.sim_i2t));

    const auto encoded = with_first_token(texts, options.encode_token);
    const auto decoded = with_first_token(texts, options.decode_token);
    CrossStates cross;
    torch::Tensor itm;
    if (options.keys_once) {
      cross = model->text_encoder->cross_states(student.images);
      const TextTensors wrong{encoded.ids.index_select(0, wrong_texts), encoded.keep.index_select(0, wrong_texts)};
      itm = match_loss(model, {cross, wrong_images, encoded, wrong});
    } else {
      itm = match_anew(student.images, encoded, wrong_images, wrong_texts);
      cross = model->text_decoder->bert->cross_states(student.images);
    }
    const auto logits = model->text_decoder(decoded.ids, cross);
    return itc.loss + itm + lm_loss(logits, lm_labels(decoded.ids, decoded.keep), kLabelSmoothing);
  }
};

PretrainVariant::PretrainVariant(const ModelConfig& config, const VariantOptions& options)
    : state_(std::make_unique<State>(config, options)) {}

PretrainVariant::~PretrainVariant() = default;

double PretrainVariant::step(const Batch& batch) {
  const auto loss = state_->loss(batch);
  if (state_->flat)
    state_->flat->zero_gradients();
  else
    state_->adamw_by_parameter->zero_grad();
  loss.backward();
  if (state_->adamw)
    state_->adamw->step(kLearningRate);
  else
    state_->adamw_by_parameter->step();
  return loss.item<double>();
}

}  // namespace blip::bench
