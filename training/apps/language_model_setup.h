#pragma once

#include "training/apps/training_setup.h"

namespace blip {

// "lm". Without model.tokenizer one is made of the training's texts and written into OUT/tokenizer. Throws Error naming
// what is missing or does not fit: no texts, a tokenizer larger than the model begun from, prompts longer than the
// context.
TrainingSetup set_up_language_model(const Recipe& recipe, const TrainingPlace& place);

}  // namespace blip
