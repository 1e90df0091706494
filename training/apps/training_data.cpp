#include "training/apps/training_data.h"

#include <filesystem>
#include <utility>

#include "core/base/error.h"
#include "training/data/dataset_source.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

fs::path under(const std::string& root, const std::string& path) {
  return root.empty() || fs::path(path).is_absolute() ? fs::path(path) : fs::path(root) / path;
}

std::shared_ptr<const Dataset> open_source(const Recipe& recipe, const SourceRecipe& source, bool training) {
  const std::string& root = recipe.data.root;
  const bool asks = recipe.task == TrainingKind::kVqa;
  return open_dataset({.kind = kSourceKindNames[static_cast<std::size_t>(source.kind)],
                       .path = under(root, source.path),
                       .root = source.root.empty() ? fs::path() : under(root, source.root),
                       .vg_root = source.vg_root.empty() ? fs::path() : under(root, source.vg_root),
                       .text = !source.text.empty() ? source.text
                               : asks               ? "questions"
                                                    : "captions",
                       .training = training,
                       .verify = recipe.data.verify});
}

std::unique_ptr<LoaderSource> open_sources(const Recipe& recipe, const std::vector<SourceRecipe>& sources,
                                           const Tokenizer& tokenizer, const DataShare& share, bool training) {
  const DataRecipe& data = recipe.data;
  const auto seed = static_cast<std::uint64_t>(recipe.seed);
  std::vector<MixturePart> parts;
  for (const SourceRecipe& source : sources) {
    parts.push_back({source.path, open_source(recipe, source, training), source.weight});
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
  TextOptions texts = text_options(kTrainingKindNames[static_cast<std::size_t>(recipe.task)]);
  texts.max_words = data.max_words;
  texts.max_tokens = data.max_tokens;
  texts.prompt = data.prompt;
  LoaderOptions loader;
  loader.seed = seed;
  loader.threads = data.workers;
  loader.prefetch = data.prefetch;
  loader.max_broken_share = data.max_broken;
  loader.on_broken = [report = share.report](const BrokenSample& broken) {
    report("skipped " + broken.source + " " + std::to_string(broken.index) + ": " + broken.reason);
  };
  return std::make_unique<LoaderSource>(std::move(plan), Transform(transform), TextPreparation(tokenizer, texts),
                                        loader, step_parts);
}

}  // namespace

std::unique_ptr<LoaderSource> open_training_data(const Recipe& recipe, const Tokenizer& tokenizer,
                                                 const DataShare& share) {
  if (recipe.data.train.empty())
    throw Error(ErrorKind::kInvalidArgument, "the recipe names no training data; give data.train a source");
  return open_sources(recipe, recipe.data.train, tokenizer, share, /*training=*/true);
}

std::unique_ptr<LoaderSource> open_validation_data(const Recipe& recipe, const Tokenizer& tokenizer,
                                                   const DataShare& share) {
  return recipe.data.val.empty() ? nullptr
                                 : open_sources(recipe, recipe.data.val, tokenizer, share, /*training=*/false);
}

std::shared_ptr<const Dataset> open_validation_dataset(const Recipe& recipe) {
  return recipe.data.val.empty() ? nullptr : open_source(recipe, recipe.data.val.front(), /*training=*/false);
}

}  // namespace blip
