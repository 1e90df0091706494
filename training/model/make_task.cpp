#include "training/model/make_task.h"

#include <map>

#include "core/base/error.h"
#include "training/model/blip_caption.h"
#include "training/model/blip_nlvr.h"
#include "training/model/blip_pretrain.h"
#include "training/model/blip_retrieval.h"
#include "training/model/blip_vqa.h"
#include "training/model/load_parameters.h"

namespace blip {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorKind::kInvalidArgument, "training: " + what);
}

void check_range(const char* name, double value, double least, double below) {
  if (value >= least && value < below) return;
  refuse(std::string(name) + " is " + std::to_string(value) + "; expected from " + std::to_string(least) +
         " and below " + std::to_string(below));
}

void check_options(const TaskOptions& options) {
  check_range("dropout", options.dropout, 0, 1);
  check_range("drop_path", options.drop_path, 0, 1);
  check_range("label_smoothing", options.label_smoothing, 0, 1);
  check_range("momentum", options.momentum, 0, 1);
  if (options.queue_size < 1) refuse("queue_size is " + std::to_string(options.queue_size) + "; expected at least 1");
  if (options.checkpointed_blocks < 0) refuse("gradient checkpointing of a negative number of blocks");
}

void check_sizes(const ModelConfig& config) {
  const auto positive = [](const char* name, std::int64_t value) {
    if (value < 1) refuse(std::string(name) + " is " + std::to_string(value) + "; expected at least 1");
  };
  const VisionConfig& vision = config.vision;
  const TextConfig& text = config.text;
  for (const auto& [name, value] : {std::pair{"vision.width", vision.width},
                                    {"vision.depth", vision.depth},
                                    {"vision.heads", vision.heads},
                                    {"vision.mlp_width", vision.mlp_width},
                                    {"vision.patch_size", vision.patch_size},
                                    {"text.vocab_size", text.vocab_size},
                                    {"text.width", text.width},
                                    {"text.depth", text.depth},
                                    {"text.heads", text.heads},
                                    {"text.ffn_width", text.ffn_width},
                                    {"text.max_positions", text.max_positions}}) {
    positive(name, value);
  }
  const auto divides = [](const char* what, std::int64_t whole, std::int64_t part) {
    if (whole % part != 0)
      refuse(std::string(what) + ": " + std::to_string(whole) + " is no multiple of " + std::to_string(part));
  };
  divides("vision.width by its heads", vision.width, vision.heads);
  divides("text.width by its heads", text.width, text.heads);
  if (vision.image_size < vision.patch_size) refuse("the image is smaller than a patch");
  divides("vision.image_size by the patch", vision.image_size, vision.patch_size);
}

// Widths that follow from the others.
ModelConfig completed(ModelConfig config, const std::string& task) {
  config.encoder_cross_width = config.vision.width;
  config.decoder_cross_width = task == "vqa" ? config.text.width : config.vision.width;
  const bool contrastive = task == "pretrain" || task == "retrieval";
  if (contrastive && config.embed_width < 1)
    refuse("embed_width is " + std::to_string(config.embed_width) + "; expected at least 1");
  if (!contrastive) config.embed_width = 0;
  return config;
}

std::string summary(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  std::string line = std::to_string(names.size()) + ": ";
  for (std::size_t i = 0; i < names.size() && i < 10; ++i) line += (i > 0 ? ", " : "") + names[i];
  return line;
}

bool is_momentum(const std::string& name) {
  return name.substr(0, name.find('.')).ends_with("_m");
}

// Momentum copies without a counterpart in the file take the weights that were just loaded.
void copy_to_momentum(const std::vector<NamedTensor>& state, const std::vector<std::string>& missing) {
  const torch::NoGradGuard no_grad;
  std::map<std::string, torch::Tensor> by_name;
  for (const auto& [name, tensor] : state) by_name[name] = tensor;
  for (const auto& name : missing) {
    if (!is_momentum(name)) continue;
    const auto dot = name.find('.');
    by_name.at(name).copy_(by_name.at(name.substr(0, dot - 2) + name.substr(dot)));
  }
}

}  // namespace

std::unique_ptr<TrainingTask> make_task(const TaskOptions& options, const ModelConfig& sizes) {
  check_options(options);
  check_sizes(sizes);
  const ModelConfig config = completed(sizes, options.task);
  if (options.task == "pretrain") return std::make_unique<BlipPretrain>(options, config);
  if (options.task == "retrieval") return std::make_unique<BlipRetrieval>(options, config);
  if (options.task == "caption") return std::make_unique<BlipCaption>(options, config);
  if (options.task == "vqa") return std::make_unique<BlipVqa>(options, config);
  if (options.task == "nlvr2") return std::make_unique<BlipNlvr>(options, config);
  refuse("there is no task '" + options.task + "'; expected pretrain, caption, retrieval, vqa or nlvr2");
}

std::unique_ptr<TrainingTask> make_task(const TaskOptions& options, const Checkpoint& init, std::string& not_found) {
  ModelConfig config = init.config;
  constexpr std::int64_t kEmbedWidth = 256;  // of the paper, for a checkpoint without ITC
  if (config.embed_width == 0) config.embed_width = kEmbedWidth;
  auto task = make_task(options, config);
  const auto state = task->state();
  const auto missing = load_parameters(state, init);
  copy_to_momentum(state, missing);
  std::vector<std::string> unexpected;
  for (const auto& name : missing) {
    if (!is_momentum(name) && !name.ends_with("_queue") && !name.ends_with("queue_ptr")) unexpected.push_back(name);
  }
  not_found = summary(unexpected);
  return task;
}

}  // namespace blip
