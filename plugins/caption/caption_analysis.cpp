#include "plugins/caption/caption_analysis.h"

#include <utility>

namespace blip {
namespace {

Finding finding_of(Caption caption) {
  return {std::move(caption.text),
          {{"score", caption.score}, {"confidence", caption.confidence}, {"token_ids", std::move(caption.token_ids)}}};
}

class CaptionAnalysis final : public Analysis {
 public:
  explicit CaptionAnalysis(const Guarded<CaptionOptions>& settings) : settings_(settings) {}

  const char* message_name() const override { return "blip-caption"; }

  Outcome<std::vector<std::string>> open(Engine& engine, const ModelOptions& options) override {
    auto model = engine.open(options);
    if (!model.ok()) return model.failure();
    model_ = model.value();
    return model_->warnings();
  }

  FrameTask task() override {
    return [this, options = settings_.copy()](const ImageView& frame) -> Outcome<Finding> {
      auto captions = model_->caption({&frame, 1}, options);
      if (!captions.ok()) return captions.failure();
      return finding_of(std::move(captions.value().at(0)));
    };
  }

 private:
  const Guarded<CaptionOptions>& settings_;
  std::shared_ptr<Model> model_;  // of the worker's thread
};

}  // namespace

std::unique_ptr<Analysis> make_caption_analysis(const Guarded<CaptionOptions>& settings) {
  return std::make_unique<CaptionAnalysis>(settings);
}

}  // namespace blip
