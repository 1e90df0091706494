#include "training/apps/new_task.h"

#include <filesystem>
#include <utility>

#include "core/base/error.h"
#include "core/checkpoint/checkpoint.h"
#include "training/apps/recipe_places.h"
#include "training/model/make_task.h"
#include "training/trainer/random_state.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

TaskOptions task_options(const Recipe& recipe, const Vocabulary& vocabulary) {
  TaskOptions options;
  options.task = kTrainingKindNames[static_cast<std::size_t>(recipe.task)];
  options.queue_size = recipe.loss.queue_size;
  options.momentum = recipe.loss.momentum;
  options.label_smoothing = recipe.loss.label_smoothing;
  options.negative_all_rank = recipe.loss.negative_all_rank;
  options.ita_weight = recipe.loss.ita;
  options.itm_weight = recipe.loss.itm;
  options.lm_weight = recipe.loss.lm;
  options.dropout = recipe.model.dropout;
  options.drop_path = recipe.model.drop_path;
  options.checkpointed_blocks = recipe.model.checkpointed_blocks;
  options.linear = linear_product(recipe);
  options.tokens = vocabulary.special();
  options.device = device_of(recipe);
  return options;
}

ModelConfig model_config(const Recipe& recipe, std::int64_t words) {
  const ModelRecipe& model = recipe.model;
  ModelConfig config;
  config.vision = {.width = model.vision.width,
                   .depth = model.vision.depth,
                   .heads = model.vision.heads,
                   .mlp_width = model.vision.mlp_width,
                   .image_size = recipe.data.image_size,
                   .patch_size = model.vision.patch_size};
  config.text = {.vocab_size = words,
                 .width = model.text.width,
                 .depth = model.text.depth,
                 .heads = model.text.heads,
                 .ffn_width = model.text.ffn_width,
                 .max_positions = model.text.max_positions};
  config.embed_width = model.embed_width;
  return config;
}

// vocab.txt, whatever the file was: a token a line, [DEC] and [ENC] included.
std::string vocabulary_text(const Vocabulary& vocabulary) {
  std::string text;
  for (std::int64_t id = 0; id < vocabulary.size(); ++id) text += vocabulary.token(id) + '\n';
  return text;
}

fs::path vocabulary_path(const Recipe& recipe) {
  const fs::path path = recipe.model.vocab;
  return path.is_absolute() || recipe.data.root.empty() || fs::exists(path) ? path : fs::path(recipe.data.root) / path;
}

}  // namespace

NewTask make_task_of(const Recipe& recipe) {
  seed_random_numbers(static_cast<std::uint64_t>(recipe.seed));
  if (recipe.model.init.empty()) {
    if (recipe.model.vocab.empty())
      throw Error(ErrorKind::kInvalidArgument, "a new model needs a vocabulary; give model.vocab a vocab.txt");
    Vocabulary vocabulary = Vocabulary::load(vocabulary_path(recipe));
    auto task = make_task(task_options(recipe, vocabulary), model_config(recipe, vocabulary.size()));
    std::string text = vocabulary_text(vocabulary);
    return {std::move(task), std::move(vocabulary), std::move(text), ""};
  }

  CheckpointOptions options{.model = recipe.model.init, .image_size = recipe.data.image_size};
  if (!recipe.model.vocab.empty()) options.vocab = vocabulary_path(recipe).string();
  const Checkpoint init = open_checkpoint(options);
  Vocabulary vocabulary = Vocabulary::load(init.vocab);
  vocabulary.expect_size(init.config.text.vocab_size);
  std::string not_found;
  auto task = make_task(task_options(recipe, vocabulary), init, not_found);
  std::string text = vocabulary_text(vocabulary);
  return {std::move(task), std::move(vocabulary), std::move(text), std::move(not_found)};
}

}  // namespace blip
