#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/checkpoint/tensor_map.h"
#include "core/text/vocabulary.h"
#include "training/apps/frozen_parts.h"
#include "training/config/recipe.h"
#include "training/model/blip2_task.h"
#include "training/trainer/blip2_exporter.h"

namespace blip {

// The model of a stage of BLIP-2 as a recipe puts it together.
struct Blip2Parts {
  std::unique_ptr<Blip2Task> task;
  FrozenImageEncoder vision;
  std::optional<FrozenLanguageModel> language;  // stage 2
  std::optional<Vocabulary> vocabulary;         // stage 1, of the Q-Former
  std::string vocabulary_text;                  // of its vocab.txt
  std::string message;                          // what was newly drawn or begun from; empty when nothing is to say
};

// Opens what is frozen and what is begun from (model.init: a checkpoint, or the folder of a training, of which the
// newest checkpoint is taken), draws the rest by the recipe's seed. Throws Error naming both sides of what does not
// fit.
Blip2Parts make_blip2_parts(const Recipe& recipe);

// What goes with the trained tensors of such a recipe when they are written as a model.
FrozenBlip2Parts frozen_parts_of(const Blip2Parts& parts);
// The same for a training that is over; `vocabulary` is its vocab.txt's text.
FrozenBlip2Parts open_frozen_parts(const Recipe& recipe, const std::string& vocabulary);

}  // namespace blip
