#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/text/tokenizer.h"
#include "training/config/recipe.h"
#include "training/trainer/loader_source.h"

namespace blip {

// Which share of every batch is this process's, and where notes go.
struct DataShare {
  int rank = 0, ranks = 1;
  std::function<void(const std::string&)> report;  // what was left out, one line each
};

// A recipe's training data, and its validation data (null when the recipe names none), whose pictures are not
// augmented and not shuffled. Throws Error naming the source that cannot be opened.
std::unique_ptr<LoaderSource> open_training_data(const Recipe& recipe, const Tokenizer& tokenizer,
                                                 const DataShare& share);
std::unique_ptr<LoaderSource> open_validation_data(const Recipe& recipe, const Tokenizer& tokenizer,
                                                   const DataShare& share);

// The first of a recipe's validation sources itself; null when the recipe names none.
std::shared_ptr<const Dataset> open_validation_dataset(const Recipe& recipe);

}  // namespace blip
