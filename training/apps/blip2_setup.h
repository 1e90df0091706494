#pragma once

#include "training/apps/training_setup.h"

namespace blip {

// "blip2-stage1" and "blip2-stage2". With data.features the states of all pictures are made first where they are not
// there. Throws Error naming what is missing or does not fit: an image encoder, a Q-Former and a language model of
// different widths, texts longer than the context.
TrainingSetup set_up_blip2(const Recipe& recipe, const TrainingPlace& place);

}  // namespace blip
