#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/tasks/engine_api.h"
#include "core/tasks/task_types.h"

namespace blip {

ModelAbilities abilities_of(const Checkpoint& checkpoint);

// Throw Error(kUnsupported) when the checkpoint cannot: one line with what it lacks and what to use instead.
void need_embeddings(const Checkpoint& checkpoint);  // ITC
void need_matching(const Checkpoint& checkpoint);    // ITM
void need_captions(const Checkpoint& checkpoint);
void need_answers(const Checkpoint& checkpoint);
// Of a checkpoint that takes none: throws unless prompt and history are empty.
void expect_no_instructions(const Checkpoint& checkpoint, const AnswerOptions& options);

}  // namespace blip
