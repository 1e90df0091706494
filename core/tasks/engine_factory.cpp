#include <array>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/engine/backend_choice.h"
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
      return std::make_shared<EngineModel>(
          options.model, std::make_shared<OpenModel>(std::move(loaded), cache_, scheduler_, stop_at_exit));
    });
  }
  void set_cache_budget(std::uint64_t megabytes) noexcept override { cache_->set_budget(megabytes * kMegabyte); }

  void stop() noexcept { scheduler_.stop(); }

 private:
  static void stop_at_exit(RequestKind kind);

  ModelRegistry registry_{make_backend, resolve_backend};
  std::shared_ptr<FeatureCache> cache_ = std::make_shared<FeatureCache>(kDefaultBudget * kMegabyte);
  Scheduler scheduler_{cache_};
};

// Never destroyed: elements may outlive static destructors.
ProcessEngine& process_engine() {
  static ProcessEngine* const engine = new ProcessEngine;
  return *engine;
}

// Threads must not compute while the process takes its libraries apart. What is registered last runs first, and the
// backend's library makes statics of its own as it meets each kind of work: hence once after the first answer of each.
void ProcessEngine::stop_at_exit(RequestKind kind) {
  static std::array<std::once_flag, kRequestKinds> registered;
  std::call_once(registered.at(static_cast<std::size_t>(kind)), [] { std::atexit([] { process_engine().stop(); }); });
}

}  // namespace
}  // namespace blip

extern "C" __attribute__((visibility("default"))) blip::Engine* blip_engine(int abi) {
  return abi == blip::kEngineAbi ? &blip::process_engine() : nullptr;
}
