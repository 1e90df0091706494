#include "training/apps/blip2_parts.h"

#include <system_error>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/checkpoint/checkpoint.h"
#include "core/text/language_tokenizer.h"
#include "training/apps/recipe_places.h"
#include "training/config/recipe_reader.h"
#include "training/model/blip2_stage1.h"
#include "training/model/blip2_stage2.h"
#include "training/model/load_parameters.h"
#include "training/trainer/checkpoint_store.h"
#include "training/trainer/output_folder.h"
#include "training/trainer/random_state.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr double kLavisLastNormEps = 1e-5;

// What model.init holds.
struct Start {
  TensorMap tensors;
  ModelConfig config;
  fs::path vocab, language_tokenizer;
  std::string vocabulary_text, image_encoder;  // of a training's folder
};

std::optional<TrainingCheckpoint> read_training(const fs::path& folder) {
  std::error_code ignored;
  if (fs::exists(folder / "state.json", ignored)) return read_training_checkpoint(folder);
  if (!fs::is_directory(OutputFolder{folder}.checkpoints(), ignored)) return std::nullopt;
  return CheckpointStore(OutputFolder{folder}.checkpoints()).read_latest({});
}

Start open_start(const Recipe& recipe) {
  Start start;
  if (auto training = read_training(recipe.model.init)) {
    if (!training->config.blip2)
      throw Error(ErrorKind::kInvalidArgument, "'" + recipe.model.init + "' is a training of " + training->task +
                                                   "; give model.init one of blip2-stage1 or blip2-stage2");
    start.tensors = model_tensors(*training);
    start.config = training->config;
    start.vocabulary_text = training->vocabulary;
    start.image_encoder = parse_recipe(training->recipe, recipe.model.init).model.image_encoder;
    return start;
  }
  Checkpoint checkpoint = open_checkpoint({.model = recipe.model.init,
                                           .image_size = recipe.data.image_size,
                                           .vision = recipe.model.image_encoder,
                                           .language = recipe.model.language_model,
                                           .vocab_required = false});
  if (!checkpoint.config.blip2)
    throw Error(ErrorKind::kInvalidArgument,
                "'" + recipe.model.init +
                    "' is no BLIP-2; model.init begins from a Q-Former, model.image_encoder and "
                    "model.bert take parts of a BLIP");
  start.tensors = std::move(checkpoint.tensors);
  start.tensors.insert(checkpoint.training_state.begin(), checkpoint.training_state.end());
  start.config = checkpoint.config;
  start.vocab = checkpoint.vocab;
  start.language_tokenizer = checkpoint.language_tokenizer;
  return start;
}

FrozenImageEncoder image_encoder_of(const Recipe& recipe, const std::optional<Start>& start) {
  std::string path = recipe.model.image_encoder;
  if (path.empty() && start) path = start->image_encoder;
  if (path.empty() && start && start->tensors.contains("visual_encoder.pos_embed"))
    return {start->tensors, start->config.vision};
  if (path.empty())
    throw Error(ErrorKind::kInvalidArgument,
                "there is no image encoder; give --image-encoder a checkpoint of BLIP or a LAVIS vision file");
  FrozenImageEncoder encoder = open_image_encoder(path, recipe.data.image_size);
  if (start) {
    encoder.config.last_norm_eps = start->config.vision.last_norm_eps;
  } else if (!encoder.tensors.contains("visual_encoder.norm.weight")) {
    encoder.config.last_norm_eps = kLavisLastNormEps;
  }
  return encoder;
}

FrozenLanguageModel language_model_of(const Recipe& recipe, const std::optional<Start>& start) {
  if (!recipe.model.language_model.empty()) return open_language_model(recipe.model.language_model);
  if (!start || start->config.blip2->language.width == 0 || start->language_tokenizer.empty())
    throw Error(ErrorKind::kInvalidArgument,
                "there is no language model; give --language-model the Hugging Face directory of an OPT or a T5");
  return {start->tensors, start->config.blip2->language, start->language_tokenizer};
}

QFormerConfig new_qformer(const ModelRecipe::QFormer& sizes, std::int64_t cross_width) {
  QFormerConfig qformer;
  qformer.queries = sizes.queries;
  qformer.width = sizes.width;
  qformer.depth = sizes.depth;
  qformer.heads = sizes.heads;
  qformer.ffn_width = sizes.ffn_width;
  qformer.cross_frequency = sizes.cross_frequency;
  qformer.cross_width = cross_width;
  return qformer;
}

void expect_fitting(const QFormerConfig& qformer, const VisionConfig& vision, const Recipe& recipe) {
  if (qformer.cross_width == vision.width) return;
  throw Error(ErrorKind::kInvalidArgument, "the Q-Former of '" + recipe.model.init + "' reads states of width " +
                                               std::to_string(qformer.cross_width) + ", the image encoder makes " +
                                               std::to_string(vision.width) +
                                               "; give the image encoder that it was trained with");
}

fs::path vocabulary_path(const Recipe& recipe, const std::optional<Start>& start) {
  if (!recipe.model.vocab.empty()) {
    const fs::path path = recipe.model.vocab;
    std::error_code ignored;
    return fs::exists(path, ignored) ? path : under_root(recipe, recipe.model.vocab);
  }
  if (start) return start->vocab;
  if (!recipe.model.bert.empty()) return open_checkpoint({.model = recipe.model.bert}).vocab;
  throw Error(ErrorKind::kInvalidArgument, "a new Q-Former needs a vocabulary; give model.vocab a vocab.txt");
}

Vocabulary vocabulary_of(const Recipe& recipe, const std::optional<Start>& start) {
  if (recipe.model.vocab.empty() && start && !start->vocabulary_text.empty())
    return Vocabulary::parse_vocab_txt(start->vocabulary_text, recipe.model.init);
  return Vocabulary::load(vocabulary_path(recipe, start));
}

std::string text_of(const Vocabulary& vocabulary) {
  std::string text;
  for (std::int64_t id = 0; id < vocabulary.size(); ++id) text += vocabulary.token(id) + '\n';
  return text;
}

Blip2TaskOptions task_options(const Recipe& recipe) {
  Blip2TaskOptions options;
  options.dropout = recipe.model.dropout;
  options.label_smoothing = recipe.loss.label_smoothing;
  options.itc_weight = recipe.loss.ita;
  options.itm_weight = recipe.loss.itm;
  options.lm_weight = recipe.loss.lm;
  options.train_vision = recipe.model.train_vision;
  options.drop_path = recipe.model.drop_path;
  options.checkpointed_blocks = recipe.model.checkpointed_blocks;
  options.image_ids = recipe.loss.image_ids;
  options.linear = linear_product(recipe);
  options.device = device_of(recipe);
  return options;
}

std::vector<std::string> load(const std::vector<NamedTensor>& into, const TensorMap& tensors) {
  Checkpoint checkpoint;
  checkpoint.tensors = tensors;
  return load_parameters(into, checkpoint);
}

void load_all(const std::vector<NamedTensor>& into, const TensorMap& tensors, const std::string& what) {
  const auto missing = load(into, tensors);
  if (!missing.empty())
    throw Error(ErrorKind::kInvalidData, what + " lacks " + std::to_string(missing.size()) +
                                             " tensors of its sizes, '" + missing.front() + "' first");
}

std::string not_found_message(const std::vector<std::string>& names) {
  std::string line = "newly drawn, as the checkpoint has not these weights: " + std::to_string(names.size()) + ": ";
  for (std::size_t i = 0; i < names.size() && i < 10; ++i) line += (i > 0 ? ", " : "") + names[i];
  return line;
}

}  // namespace

Blip2Parts make_blip2_parts(const Recipe& recipe) {
  std::optional<Start> start;
  if (!recipe.model.init.empty()) start = open_start(recipe);
  Blip2Parts parts;
  parts.vision = image_encoder_of(recipe, start);
  const bool first_stage = recipe.task == TrainingKind::kBlip2Stage1;

  ModelConfig config;
  config.vision = parts.vision.config;
  Blip2Config& blip2 = config.blip2.emplace();
  blip2.qformer = start ? start->config.blip2->qformer : new_qformer(recipe.model.qformer, config.vision.width);
  expect_fitting(blip2.qformer, config.vision, recipe);
  if (first_stage) {
    parts.vocabulary = vocabulary_of(recipe, start);
    parts.vocabulary_text = text_of(*parts.vocabulary);
    if (start && blip2.qformer.vocab_size == 0)
      throw Error(ErrorKind::kInvalidArgument,
                  "the Q-Former of '" + recipe.model.init + "' reads no text; stage 1 begins from one of stage 1");
    if (start) parts.vocabulary->expect_size(blip2.qformer.vocab_size);
    blip2.qformer.vocab_size = parts.vocabulary->size();
    if (!start) blip2.qformer.max_positions = recipe.model.qformer.max_positions;
    blip2.qformer.lm_head = true;
    config.embed_width = start && start->config.embed_width > 0 ? start->config.embed_width : recipe.model.embed_width;
  } else {
    blip2.qformer.vocab_size = blip2.qformer.max_positions = 0;
    blip2.qformer.lm_head = false;
    parts.language = language_model_of(recipe, start);
    blip2.language = parts.language->config;
  }

  seed_random_numbers(static_cast<std::uint64_t>(recipe.seed));
  Blip2TaskOptions options = task_options(recipe);
  if (first_stage) {
    options.tokens = parts.vocabulary->special();
    parts.task = std::make_unique<Blip2Stage1>(options, config);
  } else {
    parts.task = std::make_unique<Blip2Stage2>(options, config);
    load_all(parts.task->frozen_language_model(), parts.language->tensors, "the language model");
  }
  load(parts.task->state(), parts.vision.tensors);
  if (recipe.data.features.empty())
    load_all(parts.task->frozen_image_encoder(), parts.vision.tensors, "the image encoder");
  if (start) {
    const auto missing = load(parts.task->state(), start->tensors);
    if (!missing.empty()) parts.message = not_found_message(missing);
  } else if (!recipe.model.bert.empty()) {
    const auto taken = begin_from_bert(parts.task->state(), open_checkpoint({.model = recipe.model.bert}));
    parts.message = std::to_string(taken) + " tensors of the Q-Former begin from '" + recipe.model.bert + "'";
  }
  return parts;
}

FrozenBlip2Parts frozen_parts_of(const Blip2Parts& parts) {
  FrozenBlip2Parts frozen;
  frozen.tensors = parts.vision.tensors;
  frozen.vocabulary = parts.vocabulary_text;
  if (parts.language) {
    frozen.tensors.insert(parts.language->tensors.begin(), parts.language->tensors.end());
    frozen.language_tokenizer = parts.language->tokenizer;
    frozen.image_token = load_language_tokenizer(parts.language->tokenizer)->size();
  }
  return frozen;
}

FrozenBlip2Parts open_frozen_parts(const Recipe& recipe, const std::string& vocabulary) {
  const bool second_stage = recipe.task == TrainingKind::kBlip2Stage2;
  const bool in_start = recipe.model.image_encoder.empty() || (second_stage && recipe.model.language_model.empty());
  std::optional<Start> start;
  if (in_start && !recipe.model.init.empty()) start = open_start(recipe);
  Blip2Parts parts;
  parts.vision = image_encoder_of(recipe, start);
  if (second_stage) parts.language = language_model_of(recipe, start);
  parts.vocabulary_text = vocabulary;
  return frozen_parts_of(parts);
}

}  // namespace blip
