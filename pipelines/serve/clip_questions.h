#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/tasks/engine_api.h"
#include "pipelines/options/model_settings.h"
#include "pipelines/serve/services.h"

namespace blip {

// Answers questions about stretches of videos with a VQA checkpoint or a BLIP-2, which is opened with the first
// question. One question at a time.
class ClipQuestions : public QuestionService {
 public:
  // model.model empty: $GST_BLIP_MODEL, else the small VQA model that comes with this project. Whether it is one is
  // looked up in its file. `limit`: how long a question may take once its turn has come.
  explicit ClipQuestions(ModelSettings model, std::chrono::seconds limit = std::chrono::seconds(60));

  std::string missing() const override { return missing_; }
  bool converses() const override { return converses_; }
  ClipAnswer ask(const ClipQuestion& question) override;
  // The question that is being answered, and all later ones, end with Error(kCancelled).
  void cancel();

 private:
  void look_up_model();
  Stream& stream();

  const ModelSettings settings_;
  const std::chrono::seconds limit_;
  std::string missing_;
  bool converses_ = false;
  std::mutex turn_;          // of the one question
  std::mutex stream_mutex_;  // of the pointer
  std::shared_ptr<Model> model_;
  std::unique_ptr<Stream> stream_;
  bool cancelled_ = false;
};

// The middles of equal parts of [start, end]: two a second, at least 1 and at most `most`. Seconds.
std::vector<double> question_times(double start, double end, double most);

}  // namespace blip
