#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "core/engine/backend_loader.h"
#include "core/engine/model_registry.h"
#include "core/tasks/captioner.h"
#include "core/tasks/engine_api.h"
#include "core/tasks/frame_encoder.h"

namespace blip {
namespace {

// The boundary of libblip-engine.so: whatever is thrown inside leaves as a Failure.
template <class T, class Body>
Outcome<T> guarded(Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const Error& error) {
    return Failure{error.kind(), error.what()};
  } catch (const std::bad_alloc&) {
    return Failure{ErrorKind::kFailed, "out of memory"};
  } catch (const std::exception& error) {
    return Failure{ErrorKind::kFailed, error.what()};
  } catch (...) {
    return Failure{ErrorKind::kFailed, "unknown exception"};
  }
}

class EngineModel final : public Model {
 public:
  EngineModel(std::string name, std::shared_ptr<LoadedModel> model)
      : name_(std::move(name)), model_(std::move(model)) {}
  const std::string& name() const noexcept override { return name_; }
  const std::vector<std::string>& warnings() const noexcept override { return model_->checkpoint.warnings; }

  Outcome<std::vector<Caption>> caption(std::span<const ImageView> images,
                                        const CaptionOptions& options) noexcept override {
    return guarded<std::vector<Caption>>([&] {
      std::vector<Clip> clips;
      for (auto& features : encode_frames(*model_, images)) clips.push_back({{std::move(features)}});
      return blip::caption(*model_, clips, options);
    });
  }

 private:
  std::string name_;
  std::shared_ptr<LoadedModel> model_;
};

class ProcessEngine final : public Engine {
 public:
  Outcome<std::shared_ptr<Model>> open(const ModelOptions& options) noexcept override {
    return guarded<std::shared_ptr<Model>>([&]() -> std::shared_ptr<Model> {
      const CheckpointOptions checkpoint{options.model, options.vocab, options.config, /*image_size=*/0};
      const BackendOptions backend{options.device, options.precision, options.num_threads};
      return std::make_shared<EngineModel>(options.model, registry_.open(checkpoint, backend));
    });
  }

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
