#include "training/apps/blip2_setup.h"

#include <algorithm>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/crc32.h"
#include "core/model/vit.h"
#include "core/text/language_tokenizer.h"
#include "core/text/tokenizer.h"
#include "training/apps/blip2_parts.h"
#include "training/apps/recipe_places.h"
#include "training/data/stored_states_dataset.h"
#include "training/model/load_parameters.h"
#include "training/trainer/picture_states.h"
#include "training/trainer/validation_loss.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

// The frozen image encoder, apart from the model that is trained; it is made when the first picture comes.
class PictureEncoder {
 public:
  PictureEncoder(const FrozenImageEncoder& vision, torch::Device device) : vision_(vision), device_(device) {}

  torch::Tensor operator()(const torch::Tensor& pictures) {
    if (vit_.is_empty()) {
      vit_ = Vit(vision_.config);
      std::vector<NamedTensor> tensors;
      for (const auto& parameter : vit_->named_parameters())
        if (!parameter.key().starts_with("norm."))
          tensors.push_back({"visual_encoder." + parameter.key(), parameter.value()});
      Checkpoint checkpoint;
      checkpoint.tensors = vision_.tensors;
      if (const auto missing = load_parameters(tensors, checkpoint); !missing.empty())
        throw Error(ErrorKind::kInvalidData, "the image encoder has no '" + missing.front() + "'");
      vit_->to(device_);
      vit_->eval();
    }
    return vit_->blocks(pictures.to(device_));
  }

 private:
  const FrozenImageEncoder& vision_;
  torch::Device device_;
  Vit vit_{nullptr};
};

// Changes when a source's files are exchanged for others.
std::string source_identity(const fs::path& source) {
  std::vector<std::string> files;
  const auto add = [&](const fs::path& file) {
    std::error_code ignored;
    const auto time = fs::last_write_time(file, ignored).time_since_epoch().count();
    files.push_back(file.filename().string() + " " + std::to_string(fs::file_size(file, ignored)) + " " +
                    std::to_string(time));
  };
  std::error_code ignored;
  if (fs::is_directory(source, ignored)) {
    for (const auto& entry : fs::recursive_directory_iterator(source))
      if (entry.is_regular_file()) add(entry.path());
  } else {
    add(source);
  }
  std::sort(files.begin(), files.end());
  std::uint32_t crc = 0;
  for (const std::string& file : files) crc = crc32(file.data(), file.size() + 1, crc);
  return std::to_string(files.size()) + ":" + std::to_string(crc);
}

// "train/shards" -> "train-shards-1a2b3c4d.states"
fs::path store_file(const Recipe& recipe, const fs::path& source) {
  const std::string whole = fs::absolute(source).lexically_normal().string();
  char number[9];
  std::snprintf(number, sizeof number, "%08x", crc32(whole.data(), whole.size()));
  return under_root(recipe, recipe.data.features) /
         (source.parent_path().filename().string() + "-" + source.filename().string() + "-" + number + ".states");
}

DataPreparation with_stored_states(TextPreparation texts, const Recipe& recipe, const TrainingPlace& place,
                                   const FrozenImageEncoder& vision, torch::Device device) {
  DataPreparation preparation{std::move(texts)};
  if (recipe.data.features.empty()) return preparation;
  preparation.states = {vision.config.tokens(), vision.config.width};
  const auto encoder = std::make_shared<PictureEncoder>(vision, device);
  const std::string prefix = image_encoder_id(vision.tensors) + " " + std::to_string(recipe.data.image_size) + " ";
  preparation.store = [&recipe, &place, encoder, prefix, size = preparation.states](
                          const fs::path& source, std::shared_ptr<const Dataset> dataset) {
    PictureStatesRequest request;
    request.file = store_file(recipe, source);
    request.key = prefix + source_identity(source);
    request.side = recipe.data.image_size;
    request.size = size;
    request.encode = [encoder](const torch::Tensor& pictures) { return (*encoder)(pictures); };
    request.report = place.share.report;
    // Rank 0 writes; the others find it written.
    std::shared_ptr<const StateStore> states;
    if (place.communicator.rank() == 0) states = picture_states(*dataset, request);
    place.communicator.barrier();
    if (!states) states = picture_states(*dataset, request);
    return std::make_shared<const StoredStatesDataset>(std::move(dataset), std::move(states));
  };
  return preparation;
}

TextPreparation text_preparation(const Recipe& recipe, Blip2Parts& parts) {
  TextOptions options = text_options_of(recipe);
  if (parts.vocabulary) {
    const std::int64_t positions = parts.task->config().blip2->qformer.max_positions;
    if (options.max_tokens == 0 || options.max_tokens > positions) options.max_tokens = positions;
    return {Tokenizer(std::move(*parts.vocabulary)), options};
  }
  const Blip2Config& config = *parts.task->config().blip2;
  if (config.language.kind == LanguageModelKind::kOpt) {
    const std::int64_t room = config.language.max_positions - config.qformer.queries;
    if (room < 2)
      throw Error(ErrorKind::kInvalidArgument,
                  "the language model has " + std::to_string(config.language.max_positions) + " positions, which " +
                      std::to_string(config.qformer.queries) + " queries fill");
    if (options.max_tokens > room)
      throw Error(ErrorKind::kInvalidArgument,
                  "data.max_tokens is " + std::to_string(options.max_tokens) + ", but the language model has " +
                      std::to_string(config.language.max_positions) + " positions, of which the queries take " +
                      std::to_string(config.qformer.queries) + "; give at most " + std::to_string(room));
    if (options.max_tokens == 0) options.max_tokens = room;
  }
  return {std::shared_ptr<const LanguageTokenizer>(load_language_tokenizer(parts.language->tokenizer)), options};
}

}  // namespace

TrainingSetup set_up_blip2(const Recipe& recipe, const TrainingPlace& place) {
  Blip2Parts parts = make_blip2_parts(recipe);
  if (!parts.message.empty()) place.share.report(parts.message);
  const DataPreparation preparation =
      with_stored_states(text_preparation(recipe, parts), recipe, place, parts.vision, device_of(recipe));
  TrainingSetup setup;
  setup.data = open_training_data(recipe, preparation, place.share);
  setup.validation = open_validation_data(recipe, preparation, place.share);
  if (setup.validation)
    setup.evaluator = std::make_unique<ValidationLoss>(*setup.validation, recipe.validation.max_batches, /*alpha=*/0,
                                                       recipe.precision == Precision::kBFloat16);
  setup.exporter = std::make_unique<Blip2Exporter>(frozen_parts_of(parts));
  setup.task = std::move(parts.task);
  setup.vocabulary = std::move(parts.vocabulary_text);
  return setup;
}

}  // namespace blip
