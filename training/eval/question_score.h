#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"
#include "training/eval/figures.h"
#include "training/synth/questions.h"

namespace blip {

// A question about a clip.
struct ClipQuestion {
  const Clip* clip = nullptr;
  std::string text;
};

// Generated answers (the original's settings), a few questions at a time.
std::vector<std::string> generate_answers(LoadedModel& model, std::span<const ClipQuestion> questions);

// questions[i] are about clips[i]; an answer is right when it is exactly the expected one. Adds the accuracy to
// `figures` under PREFIX, overall and by kind of question.
void score_questions(LoadedModel& model, std::span<const Clip> clips,
                     std::span<const std::vector<synth::Question>> questions, const std::string& prefix,
                     const std::string& label, Figures& figures);

}  // namespace blip
