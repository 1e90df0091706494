#include <memory>
#include <string>
#include <utility>

#include "core/engine/backend_loader.h"
#include "core/engine/model_registry.h"
#include "core/tasks/engine_api.h"
#include "core/tasks/failure_guard.h"
#include "core/tasks/open_model.h"

namespace blip {
namespace {

constexpr std::uint64_t kMegabyte = 1 << 20, kDefaultBudget = 256;

class EngineModel final : public Model {
 public:
  EngineModel(std::string name, std::shared_ptr<const OpenModel> model)
      : name_(std::move(name)), model_(std::move(model)) {}
  const std::string& name() const noexcept override { return name_; }
  const std::vector<std::string>& warnings() const noexcept override { return model_->loaded->checkpoint.warnings; }
  const ModelAbilities& abilities() const noexcept override { return model_->abilities; }
  ModelCounters counters() const noexcept override {
    const UseCounters& now = *model_->loaded->counters;
    return {now.images_encoded, now.features_reused, now.vision_batches,
            now.texts_encoded,  now.sequences,       now.decode_steps};
  }
  Outcome<std::unique_ptr<Stream>> open_stream(const StreamOptions& options) noexcept override {
    return guarded<std::unique_ptr<Stream>>([&] { return make_engine_stream(model_, options); });
  }

 private:
  std::string name_;
  std::shared_ptr<const OpenModel> model_;
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
      auto loaded = registry_.open(checkpoint, backend, options.instance);
      stop_at_exit();
      return std::make_shared<EngineModel>(options.model,
                                           std::make_shared<OpenModel>(std::move(loaded), cache_, scheduler_));
    });
  }
  void set_cache_budget(std::uint64_t megabytes) noexcept override { cache_->set_budget(megabytes * kMegabyte); }

 private:
  // Threads must not compute while the process takes its libraries apart. Registered once the backend's library is
  // there, so that it runs before that library's own clean-up.
  void stop_at_exit() {
    struct Guard {
      Scheduler& scheduler;
      ~Guard() { scheduler.stop(); }
    };
    static const Guard guard{scheduler_};
  }

  ModelRegistry registry_{load_torch_backend, resolve_torch_backend};
  std::shared_ptr<FeatureCache> cache_ = std::make_shared<FeatureCache>(kDefaultBudget * kMegabyte);
  Scheduler scheduler_{cache_};
};

}  // namespace
}  // namespace blip

extern "C" __attribute__((visibility("default"))) blip::Engine* blip_engine(int abi) {
  // Never destroyed: elements may outlive static destructors.
  static blip::ProcessEngine* const engine = new blip::ProcessEngine;
  return abi == blip::kEngineAbi ? engine : nullptr;
}
