#include "training/apps/training_data.h"

#include <filesystem>
#include <utility>

#include "core/base/error.h"
#include "training/apps/recipe_places.h"
#include "training/data/dataset_source.h"

namespace blip {
namespace {

std::shared_ptr<const Dataset> open_source(const Recipe& recipe, const SourceRecipe& source, bool training) {
  const bool asks = recipe.task == TrainingKind::kVqa;
  return open_dataset({.kind = kSourceKindNames[static_cast<std::size_t>(source.kind)],
                       .path = under_root(recipe, source.path),
                       .root = source.root.empty() ? std::filesystem::path() : under_root(recipe, source.root),
                       .vg_root = source.vg_root.empty() ? std::filesystem::path() : under_root(recipe, source.vg_root),
                       .text = !source.text.empty() ? source.text
                               : asks               ? "questions"
                                                    : "captions",
                       .training = training,
                       .verify = recipe.data.verify});
}

std::unique_ptr<LoaderSource> open_sources(const Recipe& recipe, const std::vector<SourceRecipe>& sources,
                                           const DataPreparation& preparation, const DataShare& share, bool training) {
  const DataRecipe& data = recipe.data;
  const auto seed = static_cast<std::uint64_t>(recipe.seed);
  std::vector<MixturePart> parts;
  for (const SourceRecipe& source : sources) {
    parts.push_back({source.path, open_source(recipe, source, training), source.weight});
    if (preparation.store)
      parts.back().dataset = preparation.store(under_root(recipe, source.path), parts.back().dataset);
    for (const std::string& warning : parts.back().dataset->warnings()) share.report(warning);
  }
  const std::int64_t step_parts = training ? recipe.optimizer.accumulation : 1;
  const std::int64_t whole =
      training || recipe.validation.batch_size == 0 ? recipe.optimizer.batch_size : recipe.validation.batch_size;
  const std::int64_t batch = training ? whole / step_parts : whole;
  if (batch % share.ranks != 0)
    throw Error(ErrorKind::kInvalidArgument, "a batch of " + std::to_string(batch) + " samples cannot be shared by " +
                                                 std::to_string(share.ranks) + " processes; give a multiple of them");
  auto mixture = std::make_shared<const Mixture>(
      std::move(parts), OrderOptions{.seed = seed, .shuffle = training, .together = data.together});
  auto plan = std::make_shared<const BatchPlan>(
      std::move(mixture), BatchShare{.batch_size = batch, .rank = share.rank, .ranks = share.ranks});

  TransformOptions transform;
  transform.side = data.image_size;
  if (training && data.crop) transform.crop_min_scale = data.min_scale;
  transform.flip = training && data.flip;
  if (training && data.rand_augment) transform.rand_augment = RandAugmentOptions{};
  LoaderOptions loader;
  loader.seed = seed;
  loader.states = preparation.states;
  loader.threads = data.workers;
  loader.prefetch = data.prefetch;
  loader.max_broken_share = data.max_broken;
  loader.on_broken = [report = share.report](const BrokenSample& broken) {
    report("skipped " + broken.source + " " + std::to_string(broken.index) + ": " + broken.reason);
  };
  return std::make_unique<LoaderSource>(std::move(plan), Transform(transform), preparation.texts, loader, step_parts);
}

}  // namespace

TextOptions text_options_of(const Recipe& recipe) {
  TextOptions texts = text_options(kTrainingKindNames[static_cast<std::size_t>(recipe.task)]);
  texts.max_words = recipe.data.max_words;
  texts.max_tokens = recipe.data.max_tokens;
  texts.prompt = recipe.data.prompt;
  return texts;
}

std::unique_ptr<LoaderSource> open_training_data(const Recipe& recipe, const DataPreparation& preparation,
                                                 const DataShare& share) {
  if (recipe.data.train.empty())
    throw Error(ErrorKind::kInvalidArgument, "the recipe names no training data; give data.train a source");
  return open_sources(recipe, recipe.data.train, preparation, share, /*training=*/true);
}

std::unique_ptr<LoaderSource> open_validation_data(const Recipe& recipe, const DataPreparation& preparation,
                                                   const DataShare& share) {
  return recipe.data.val.empty() ? nullptr
                                 : open_sources(recipe, recipe.data.val, preparation, share, /*training=*/false);
}

std::shared_ptr<const Dataset> open_validation_dataset(const Recipe& recipe) {
  return recipe.data.val.empty() ? nullptr : open_source(recipe, recipe.data.val.front(), /*training=*/false);
}

}  // namespace blip
