#include "training/model/blip2_task.h"

#include <cmath>
#include <map>
#include <set>

#include "core/model/view_tensor.h"
#include "training/model/batch_tensors.h"
#include "training/model/language_model_task.h"

namespace blip {
namespace {

constexpr double kFirstTemperature = 0.07, kDeviation = 0.02;
constexpr const char* kVision = "visual_encoder.";
constexpr const char* kLastNorm = "visual_encoder.norm.";
constexpr const char* kLanguageModel = "language_model.";

// torch.nn.Linear's default: uniform within 1 / sqrt(inputs).
bool has_default_init(const std::string& name) {
  for (const char* prefix : {"vision_proj.", "text_proj.", "itm_head.", "language_projection."}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

void draw(torch::Tensor& tensor, const std::string& name, std::int64_t& inputs) {
  const bool is_bias = name.ends_with(".bias");
  if (has_default_init(name)) {
    if (!is_bias) inputs = tensor.size(1);
    const double bound = 1 / std::sqrt(static_cast<double>(inputs));
    tensor.uniform_(-bound, bound);
  } else if (tensor.dim() > 1) {
    tensor.normal_(0, kDeviation);
  } else {
    tensor.fill_(is_bias ? 0 : 1);
  }
}

std::vector<NamedTensor> under(const torch::nn::Module& model, const std::string& prefix) {
  std::vector<NamedTensor> tensors;
  for (const auto& parameter : model.named_parameters())
    if (parameter.key().starts_with(prefix)) tensors.push_back({parameter.key(), parameter.value()});
  return tensors;
}

// "Qformer.bert.X" -> "text_encoder.X"; the queries' own feed-forward -> the text's; empty for what BERT has not.
std::string bert_name(std::string name) {
  constexpr std::string_view kBert = "Qformer.bert.";
  if (!name.starts_with(kBert) || name.find(".crossattention.") != std::string::npos) return {};
  name = name.substr(kBert.size());
  for (const std::string part : {".intermediate_query.", ".output_query."}) {
    const auto at = name.find(part);
    if (at != std::string::npos) name.replace(at, part.size(), part.substr(0, part.size() - 7) + ".");
  }
  return name;
}

}  // namespace

Blip2Task::Blip2Task(const Blip2TaskOptions& options, const ModelConfig& config, Layout layout)
    : options_(options), config_(config), layout_(layout), model_(config, layout) {
  if (config.blip2->qformer.lm_head) model_->qformer->tie_head();
  {
    const torch::NoGradGuard no_grad;
    std::set<const void*> drawn;
    std::int64_t inputs = 1;
    for (auto& parameter : model_->named_parameters()) {
      torch::Tensor& tensor = parameter.value();
      const bool trained = is_trained(parameter.key());
      tensor.requires_grad_(trained);
      if (trained && drawn.insert(tensor.unsafeGetTensorImpl()).second) draw(tensor, parameter.key(), inputs);
    }
  }
  model_->to(options_.device);
  set_linear_product(*model_, options_.linear);
  model_->qformer->set_dropout(options_.dropout);
  if (options_.train_vision) {
    model_->visual_encoder->set_drop_path(options_.drop_path);
    model_->visual_encoder->set_checkpointing(options_.checkpointed_blocks);
  }
  if (layout_ == Layout::kBlip2Qformer)
    temperature_ = torch::full({}, kFirstTemperature, torch::device(options_.device)).requires_grad_(true);
  collect_parameters();
  set_training(true);
}

bool Blip2Task::is_trained(const std::string& name) const {
  if (name.starts_with(kLanguageModel)) return false;
  return !name.starts_with(kVision) || name.starts_with(kLastNorm) || options_.train_vision;
}

void Blip2Task::collect_parameters() {
  std::set<const void*> seen;
  for (const auto& parameter : model_->named_parameters()) {
    if (!is_trained(parameter.key())) continue;
    state_.push_back({parameter.key(), parameter.value()});
    if (seen.insert(parameter.value().unsafeGetTensorImpl()).second) parameters_.push_back(state_.back());
  }
  if (temperature_.defined()) {
    state_.push_back({"temp", temperature_});
    parameters_.push_back(state_.back());
  }
  flat_parameters_ = std::make_unique<FlatParameters>(parameters_);
}

bool Blip2Task::decays(const NamedTensor& parameter) const {
  return lavis_decays(parameter);
}

void Blip2Task::set_training(bool on) {
  model_->train(on);
  if (!options_.train_vision) model_->visual_encoder->eval();
  if (!model_->opt.is_empty()) model_->opt->eval();
  if (!model_->t5.is_empty()) model_->t5->eval();
}

std::vector<NamedTensor> Blip2Task::frozen_image_encoder() const {
  std::vector<NamedTensor> frozen;
  for (NamedTensor& named : under(*model_, kVision))
    if (!is_trained(named.name)) frozen.push_back(std::move(named));
  return frozen;
}

std::vector<NamedTensor> Blip2Task::frozen_language_model() const {
  return under(*model_, kLanguageModel);
}

torch::Tensor Blip2Task::image_states(const Batch& batch) {
  torch::Tensor states;
  if (!batch.states.empty()) {
    states = stored_states(batch, options_.device);
  } else {
    const torch::AutoGradMode grad(options_.train_vision && torch::GradMode::is_enabled());
    states = model_->visual_encoder->blocks(image_tensor(batch.images, batch.size, batch.side, options_.device));
  }
  return model_->visual_encoder->last_norm(states);
}

std::int64_t begin_from_bert(const std::vector<NamedTensor>& qformer, const Checkpoint& weights) {
  const torch::NoGradGuard no_grad;
  std::int64_t taken = 0;
  for (const auto& [name, tensor] : qformer) {
    const std::string plain = bert_name(name);
    if (plain.empty()) continue;
    for (const char* prefix : {"bert.", "text_encoder."}) {
      const auto found = weights.tensors.find(prefix + plain);
      if (found == weights.tensors.end() || !tensor.sizes().equals(found->second.shape)) continue;
      torch::Tensor(tensor).copy_(view_tensor(found->second));
      ++taken;
      break;
    }
  }
  return taken;
}

}  // namespace blip
