#include "pipelines/watching/watch_models.h"

#include <string>

#include "pipelines/elements/engine_model.h"
#include "pipelines/records/model_failure.h"

namespace blip {
namespace {

[[noreturn]] void refuse(const Model& model, const char* lacks, const char* instead) {
  throw ModelFailure(ErrorKind::kUnsupported, "'" + model.name() + "' is a " + model.abilities().layout +
                                                  " checkpoint, which " + lacks + ": use " + instead);
}

// A model named for matching captions, too, where it can and no other is named.
ModelSettings captioner_of(const SessionSettings& settings) {
  ModelSettings captioner = settings.captioner;
  if (!captioner.model.empty()) return captioner;
  if (!settings.model.model.empty() && open_engine_model(settings.model)->abilities().caption) return settings.model;
  captioner = settings.model;
  captioner.model = captioner.vocab = captioner.config = {};
  return with_model(captioner, ModelTask::kCaption);
}

}  // namespace

WatchModels open_watch_models(const SessionSettings& settings) {
  WatchModels models;
  if (!settings.queries.empty()) {
    models.matcher = with_model(settings.model, ModelTask::kMatch);
    models.opened_matcher = open_engine_model(models.matcher);
    if (!models.opened_matcher->abilities().match)
      refuse(*models.opened_matcher, "has no image-text matching head (ITM)", "a retrieval or pre-training checkpoint");
  }
  if (settings.captions) {
    models.captioner = captioner_of(settings);
    models.opened_captioner = open_engine_model(models.captioner);
    if (!models.opened_captioner->abilities().caption)
      refuse(*models.opened_captioner, "cannot caption", "a captioning or pre-training checkpoint");
  }
  models.one_vision = models.opened_matcher && models.opened_captioner &&
                      models.opened_matcher->abilities().vision_id == models.opened_captioner->abilities().vision_id;
  return models;
}

}  // namespace blip
