#include "pipelines/elements/engine_model.h"

#include "pipelines/records/model_failure.h"
#include "plugins/support/engine_loader.h"

namespace blip {

ModelSettings with_model(ModelSettings settings, ModelTask task) {
  if (settings.model.empty()) settings.model = default_model(program_directory(), task);
  return settings;
}

std::shared_ptr<Model> open_engine_model(const ModelSettings& settings) {
  ModelOptions options;
  options.model = settings.model;
  options.vocab = settings.vocab;
  options.config = settings.config;
  options.device = settings.device;
  options.precision = settings.precision;
  options.num_threads = settings.num_threads;
  const auto engine = load_engine(plugin_folder(program_directory()));
  if (!engine.ok()) throw ModelFailure(engine.failure().kind, engine.failure().message);
  const auto model = engine.value()->open(options);
  if (!model.ok()) throw ModelFailure(model.failure().kind, model.failure().message);
  return model.value();
}

}  // namespace blip
