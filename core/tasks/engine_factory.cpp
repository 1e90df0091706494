#include <memory>
#include <string>
#include <utility>

#include "core/engine/backend_loader.h"
#include "core/engine/model_registry.h"
#include "core/tasks/engine_api.h"
#include "core/tasks/engine_stream.h"
#include "core/tasks/failure_guard.h"

namespace blip {
namespace {

ModelAbilities abilities_of(const Checkpoint& checkpoint) {
  const LayoutParts parts = layout_parts(checkpoint.layout);
  ModelAbilities abilities;
  abilities.embed = parts.itc;
  abilities.match = parts.itm;
  abilities.caption = checkpoint.layout == Layout::kCaptioner || checkpoint.layout == Layout::kPretrain;
  abilities.answer = checkpoint.layout == Layout::kVqa;
  abilities.layout = layout_name(checkpoint.layout);
  abilities.vision_id = checkpoint.weights_id;
  abilities.image_size = checkpoint.config.vision.image_size;
  return abilities;
}

class EngineModel final : public Model {
 public:
  EngineModel(std::string name, std::shared_ptr<LoadedModel> model)
      : name_(std::move(name)), model_(std::move(model)), abilities_(abilities_of(model_->checkpoint)) {}
  const std::string& name() const noexcept override { return name_; }
  const std::vector<std::string>& warnings() const noexcept override { return model_->checkpoint.warnings; }
  const ModelAbilities& abilities() const noexcept override { return abilities_; }
  ModelCounters counters() const noexcept override { return {}; }
  Outcome<std::unique_ptr<Stream>> open_stream(const StreamOptions& options) noexcept override {
    return guarded<std::unique_ptr<Stream>>([&] { return make_engine_stream(model_, options); });
  }

 private:
  std::string name_;
  std::shared_ptr<LoadedModel> model_;
  ModelAbilities abilities_;
};

class ProcessEngine final : public Engine {
 public:
  Outcome<std::shared_ptr<Model>> open(const ModelOptions& options) noexcept override {
    return guarded<std::shared_ptr<Model>>([&]() -> std::shared_ptr<Model> {
      CheckpointOptions checkpoint;
      checkpoint.model = options.model;
      checkpoint.vocab = options.vocab;
      checkpoint.config = options.config;
      const BackendOptions backend{options.device, options.precision, options.num_threads};
      return std::make_shared<EngineModel>(options.model, registry_.open(checkpoint, backend));
    });
  }
  void set_cache_budget(std::uint64_t) noexcept override {}

 private:
  ModelRegistry registry_{load_torch_backend};
};

}  // namespace
}  // namespace blip

extern "C" __attribute__((visibility("default"))) blip::Engine* blip_engine(int abi) {
  // Never destroyed: elements may outlive static destructors.
  static blip::ProcessEngine* const engine = new blip::ProcessEngine;
  return abi == blip::kEngineAbi ? engine : nullptr;
}
