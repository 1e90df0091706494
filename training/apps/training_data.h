#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "training/config/recipe.h"
#include "training/data/text_preparation.h"
#include "training/trainer/loader_source.h"

namespace blip {

// Which share of every batch is this process's, and where notes go.
struct DataShare {
  int rank = 0, ranks = 1;
  std::function<void(const std::string&)> report;  // what was left out, one line each
};

// How samples become batches.
struct DataPreparation {
  TextPreparation texts;
  // BLIP-2: a source's samples with stored states in place of pictures, of the size `states`. Empty = pictures.
  std::function<std::shared_ptr<const Dataset>(const std::filesystem::path& source, std::shared_ptr<const Dataset>)>
      store = {};
  StateSize states = {};
};

// A recipe's way with texts.
TextOptions text_options_of(const Recipe& recipe);

// A recipe's training data, and its validation data (null when the recipe names none), whose pictures are not
// augmented and not shuffled. Throws Error naming the source that cannot be opened.
std::unique_ptr<LoaderSource> open_training_data(const Recipe& recipe, const DataPreparation& preparation,
                                                 const DataShare& share);
std::unique_ptr<LoaderSource> open_validation_data(const Recipe& recipe, const DataPreparation& preparation,
                                                   const DataShare& share);

// The first of a recipe's validation sources itself; null when the recipe names none.
std::shared_ptr<const Dataset> open_validation_dataset(const Recipe& recipe);

}  // namespace blip
