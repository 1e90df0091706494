#include "core/tasks/open_model.h"

#include <utility>

#include "core/tasks/abilities.h"

namespace blip {
namespace {

ServedModel served_model(const std::shared_ptr<LoadedModel>& loaded) {
  const Placement placement = loaded->backend->placement();
  ServedModel served;
  served.backend = {loaded, loaded->backend.get()};
  served.counters = loaded->counters;
  served.features_key = loaded->checkpoint.weights_id + "/" + placement.device + "/" + placement.precision;
  served.pad = loaded->pad_token();
  served.sep = loaded->end_token();
  return served;
}

}  // namespace

OpenModel::OpenModel(std::shared_ptr<LoadedModel> model, std::shared_ptr<FeatureCache> features, Scheduler& scheduling,
                     Answered on_answer)
    : loaded(std::move(model)),
      cache(std::move(features)),
      scheduler(scheduling),
      served(served_model(loaded)),
      abilities(abilities_of(loaded->checkpoint)),
      lease(cache->lease(served.features_key)),
      answered(std::move(on_answer)) {}

}  // namespace blip
