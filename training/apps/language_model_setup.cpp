#include "training/apps/language_model_setup.h"

#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/checkpoint/directory_output.h"
#include "core/checkpoint/safetensors_reader.h"
#include "core/text/byte_bpe_training.h"
#include "core/text/language_tokenizer.h"
#include "training/apps/recipe_places.h"
#include "training/data/prompted_tokens.h"
#include "training/data/text_lines.h"
#include "training/model/language_model_task.h"
#include "training/trainer/language_model_exporter.h"
#include "training/trainer/random_state.h"
#include "training/trainer/text_source.h"
#include "training/trainer/validation_loss.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

std::vector<PromptedText> read_texts(const Recipe& recipe, const std::vector<SourceRecipe>& sources) {
  std::vector<PromptedText> all;
  for (const SourceRecipe& source : sources) {
    auto items = read_text_lines(under_root(recipe, source.path));
    all.insert(all.end(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
  }
  return all;
}

// Written once by rank 0; a training that goes on keeps its own.
fs::path made_tokenizer(const Recipe& recipe, const TrainingPlace& place, const std::vector<PromptedText>& texts) {
  const fs::path folder = place.output / "tokenizer";
  if (place.communicator.rank() == 0 && !(place.start == TrainingStart::kResume && fs::exists(folder))) {
    prepare_output_folder({place.output}, place.start);
    place.share.report("making a tokenizer of " + std::to_string(recipe.model.language.vocab_size) + " entries");
    std::vector<std::string> lines;
    lines.reserve(texts.size());
    for (const PromptedText& text : texts) lines.push_back(joined(text));
    fs::remove_all(folder);
    DirectoryOutput output(folder);
    write_byte_bpe(train_byte_bpe(lines, recipe.model.language.vocab_size), output.part());
    output.finish();
  }
  place.communicator.barrier();
  return folder;
}

LanguageModelConfig config_of(const Recipe& recipe, const LanguageTokenizer& tokenizer) {
  const ModelRecipe::Language& sizes = recipe.model.language;
  LanguageModelConfig config;
  config.vocab_size = tokenizer.size();
  config.width = sizes.width;
  config.depth = sizes.depth;
  config.heads = sizes.heads;
  config.head_width = sizes.width / sizes.heads;
  config.ffn_width = sizes.ffn_width;
  config.max_positions = sizes.max_positions;
  config.end_token = tokenizer.special().end;
  config.start_token = tokenizer.special().start;
  config.pad_token = tokenizer.special().pad;
  return config;
}

std::unique_ptr<BatchSource> open_texts(const Recipe& recipe, const std::vector<PromptedText>& items,
                                        const LanguageTokenizer& tokenizer, const DataShare& share, bool training) {
  const std::int64_t context = recipe.model.language.max_positions;
  const std::int64_t most = recipe.data.max_tokens > 0 ? std::min(recipe.data.max_tokens, context) : context;
  std::vector<PromptedTokens> texts;
  std::vector<std::string> ids;
  std::int64_t cut = 0;
  for (const PromptedText& item : items) {
    texts.push_back(prompted_tokens(item, tokenizer, most));
    ids.push_back(item.id);
    if (texts.back().ids.back() != tokenizer.special().end) ++cut;
  }
  if (cut > 0)
    share.report(std::to_string(cut) + " of " + std::to_string(items.size()) + " texts are cut at " +
                 std::to_string(most) + " tokens (data.max_tokens, model.language.max_positions)");
  TextSourceOptions options;
  options.parts = training ? recipe.optimizer.accumulation : 1;
  const bool own_size = !training && recipe.validation.batch_size > 0;
  options.batch_size = (own_size ? recipe.validation.batch_size : recipe.optimizer.batch_size) / options.parts;
  options.rank = share.rank;
  options.ranks = share.ranks;
  options.pad = tokenizer.special().pad;
  options.seed = static_cast<std::uint64_t>(recipe.seed);
  options.shuffle = training;
  return std::make_unique<TextSource>(std::move(texts), std::move(ids), options);
}

// The tensors of a Hugging Face directory of OPT, or of a folder that a training of lm wrote, under canonical names.
TensorMap initial_weights(const Recipe& recipe) {
  if (recipe.model.init.empty()) return {};
  fs::path file = fs::path(recipe.model.init) / "model.safetensors";
  if (!fs::exists(file)) file = fs::path(recipe.model.init) / "model" / "model.safetensors";
  if (!fs::exists(file))
    throw Error(ErrorKind::kNotFound,
                "'" + recipe.model.init + "' holds no model.safetensors; give model.init a Hugging Face directory");
  TensorMap tensors;
  for (auto& [name, view] : read_safetensors_file(file)) tensors.emplace("language_model." + name, view);
  return tensors;
}

}  // namespace

TrainingSetup set_up_language_model(const Recipe& recipe, const TrainingPlace& place) {
  if (recipe.data.train.empty())
    throw Error(ErrorKind::kInvalidArgument, "the recipe names no texts; give data.train a source of kind texts");
  const auto texts = read_texts(recipe, recipe.data.train);
  const fs::path folder = recipe.model.tokenizer.empty() ? made_tokenizer(recipe, place, texts)
                                                         : under_root(recipe, recipe.model.tokenizer);
  const auto tokenizer = load_language_tokenizer(folder);

  TrainingSetup setup;
  LanguageModelOptions options;
  options.config = config_of(recipe, *tokenizer);
  options.dropout = recipe.model.dropout;
  options.linear = linear_product(recipe);
  options.device = device_of(recipe);
  seed_random_numbers(static_cast<std::uint64_t>(recipe.seed));
  setup.task = std::make_unique<LanguageModelTask>(options, initial_weights(recipe));
  setup.data = open_texts(recipe, texts, *tokenizer, place.share, /*training=*/true);
  if (!recipe.data.val.empty()) {
    setup.validation = open_texts(recipe, read_texts(recipe, recipe.data.val), *tokenizer, place.share,
                                  /*training=*/false);
    setup.evaluator = std::make_unique<ValidationLoss>(*setup.validation, recipe.validation.max_batches, /*alpha=*/0,
                                                       recipe.precision == Precision::kBFloat16);
  }
  setup.exporter = std::make_unique<LanguageModelExporter>(folder);
  return setup;
}

}  // namespace blip
