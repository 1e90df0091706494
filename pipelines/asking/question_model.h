#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/tasks/engine_api.h"
#include "pipelines/asking/ask_settings.h"
#include "pipelines/asking/found_answer.h"
#include "pipelines/options/model_settings.h"

namespace blip {

// A model that answers in the process's engine: the one that elements open, too. Used by one thread.
class QuestionModel {
 public:
  // Throws ModelFailure: the engine or the model cannot be opened, or the checkpoint cannot do what is asked for.
  explicit QuestionModel(const AskSettings& settings);

  const std::vector<std::string>& warnings() const { return model_->warnings(); }
  const ModelAbilities& abilities() const { return model_->abilities(); }

  // The features of pictures, in order. Throws Error.
  std::vector<std::shared_ptr<const ImageFeatures>> encode(std::span<const ImageView> pictures);

  // A free answer, or, where there is a list, the best one of it; `question` is the instruction where the settings have
  // one. Throws Error.
  FoundAnswer answer(const Clip& clip, const std::string& question, const AskSettings& settings,
                     const std::vector<std::string>& list);

 private:
  std::shared_ptr<Model> model_;
  std::unique_ptr<Stream> stream_;
};

// Throws ModelFailure when the model cannot do what the settings ask for.
void check_answers(const Model& model, const AskSettings& settings);

}  // namespace blip
