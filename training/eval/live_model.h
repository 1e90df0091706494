#pragma once

#include "core/engine/loaded_model.h"
#include "core/text/tokenizer.h"
#include "training/model/training_task.h"

namespace blip {

// A model over the weights that `task` has at this moment, to be asked as users ask it. On the CPU the weights are not
// copied, so it must not be used after the task's next step; random numbers are left as they were. Throws
// Error(kInvalidData) when the vocabulary is of another size.
LoadedModel open_live_model(const TrainingTask& task, const Tokenizer& tokenizer);

}  // namespace blip
