#include "training/model/language_model_task.h"

#include "core/base/error.h"
#include "core/model/view_tensor.h"
#include "training/losses/lm_loss.h"
#include "training/model/batch_tensors.h"
#include "training/model/rank_share.h"

namespace blip {
namespace {

constexpr double kDeviation = 0.02;
constexpr const char* kPrefix = "language_model.";

void check(const LanguageModelConfig& config) {
  for (const auto& [name, value] : {std::pair{"vocabulary", config.vocab_size},
                                    {"width", config.width},
                                    {"depth", config.depth},
                                    {"heads", config.heads},
                                    {"ffn_width", config.ffn_width},
                                    {"max_positions", config.max_positions}}) {
    if (value < 1)
      throw Error(ErrorKind::kInvalidArgument, "the language model's " + std::string(name) + " is " +
                                                   std::to_string(value) + "; expected at least 1");
  }
  if (config.width % config.heads != 0)
    throw Error(ErrorKind::kInvalidArgument, "the language model's width " + std::to_string(config.width) +
                                                 " is no multiple of its heads, " + std::to_string(config.heads));
}

void draw(torch::Tensor& tensor, const std::string& name) {
  if (tensor.dim() > 1) {
    tensor.normal_(0, kDeviation);
  } else {
    tensor.fill_(name.ends_with(".bias") ? 0 : 1);
  }
}

}  // namespace

bool lavis_decays(const NamedTensor& parameter) {
  return parameter.tensor.dim() != 1 && !parameter.name.ends_with(".bias");
}

LanguageModelTask::LanguageModelTask(const LanguageModelOptions& options, const TensorMap& init) : options_(options) {
  check(options_.config);
  config_.blip2.emplace().language = options_.config;
  model_ = Opt(options_.config);
  const torch::NoGradGuard no_grad;
  for (auto& parameter : model_->named_parameters()) {
    const std::string name = kPrefix + parameter.key();
    torch::Tensor& tensor = parameter.value();
    if (init.empty()) {
      draw(tensor, name);
    } else {
      const auto found = init.find(name);
      if (found == init.end() || !tensor.sizes().equals(found->second.shape))
        throw Error(ErrorKind::kInvalidArgument,
                    "the checkpoint to begin from has no '" + name + "' of the recipe's size; give equal sizes");
      tensor.copy_(view_tensor(found->second));
    }
  }
  model_->to(options_.device);
  set_linear_product(*model_, options_.linear);
  model_->set_dropout(options_.dropout);
  for (const auto& parameter : model_->named_parameters())
    parameters_.push_back({kPrefix + parameter.key(), parameter.value()});
  {
    const torch::AutoGradMode grad(true);
    flat_parameters_ = std::make_unique<FlatParameters>(parameters_);
  }
  model_->train();
}

bool LanguageModelTask::decays(const NamedTensor& parameter) const {
  return lavis_decays(parameter);
}

StepLosses LanguageModelTask::step(const Batch& batch, const StepContext& context) {
  const TextTensors texts = text_tensors(batch.texts, options_.device);
  const auto prompts = to_tensor(batch.prompt_tokens, options_.device);
  const auto logits = model_->logits(model_->forward(model_->embed(texts.ids), texts.keep));
  const auto labels = lm_labels(texts.ids, texts.keep, prompts);
  const auto loss = lm_loss(logits, labels, /*label_smoothing=*/0);
  const auto share = token_share(labels, context.communicator);
  StepLosses losses;
  losses.parts.emplace_back("loss_lm", loss.detach());
  losses.total = share == 1 ? loss : loss * share;
  return losses;
}

}  // namespace blip
