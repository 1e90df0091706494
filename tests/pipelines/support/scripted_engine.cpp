// libblip-engine-scripted.so: the fake engine behind a script from the environment, for tests that run whole programs.
#include <dlfcn.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/tasks/engine_api.h"
#include "tests/support/fake_engine/fake_engine.h"

namespace blip::test {
namespace {

nlohmann::json read_script() {
  const char* text = std::getenv("BLIP_TEST_SCRIPT");
  return nlohmann::json::parse(text == nullptr ? "{}" : text);
}

void append(const nlohmann::json& script, const nlohmann::json& line) {
  if (script.contains("log")) std::ofstream(script.at("log").get<std::string>(), std::ios::app) << line << '\n';
}

class ScriptedModel final : public Model {
 public:
  ScriptedModel(std::shared_ptr<Model> model, nlohmann::json script)
      : model_(std::move(model)), script_(std::move(script)) {}

  const std::string& name() const noexcept override { return model_->name(); }
  const std::vector<std::string>& warnings() const noexcept override { return model_->warnings(); }

  Outcome<std::vector<Caption>> caption(std::span<const ImageView> images,
                                        const CaptionOptions& options) noexcept override {
    ++analyses_;
    if (script_.value("interrupt_at", 0) == analyses_) interrupt();
    const GenerationOptions& generation = options.generation;
    append(script_, {{"width", images[0].width},
                     {"height", images[0].height},
                     {"orientation", static_cast<int>(images[0].orientation)},
                     {"prompt", options.prompt},
                     {"num_beams", generation.num_beams},
                     {"min_length", generation.min_length},
                     {"max_length", generation.max_length},
                     {"sample", generation.sample},
                     {"top_p", generation.top_p},
                     {"top_k", generation.top_k},
                     {"temperature", generation.temperature},
                     {"seed", generation.seed},
                     {"repetition_penalty", generation.repetition_penalty},
                     {"beam_scoring", static_cast<int>(generation.beam_scoring)}});
    return model_->caption(images, options);
  }

 private:
  void interrupt() const {
    std::raise(SIGINT);
    if (script_.value("echo", false)) std::raise(SIGINT);
    while (script_.value("until_it_leaves", false)) std::raise(SIGINT);
  }

  std::shared_ptr<Model> model_;
  nlohmann::json script_;
  int analyses_ = 0;
};

class ScriptedEngine final : public Engine {
 public:
  explicit ScriptedEngine(Engine& engine) : engine_(engine) {}

  Outcome<std::shared_ptr<Model>> open(const ModelOptions& options) noexcept override {
    append(script_, {{"open", options.model},
                     {"vocab", options.vocab},
                     {"config", options.config},
                     {"device", options.device},
                     {"precision", options.precision},
                     {"num_threads", options.num_threads}});
    auto model = engine_.open(options);
    if (!model.ok()) return model;
    return std::shared_ptr<Model>(std::make_shared<ScriptedModel>(model.value(), script_));
  }

  void prepare(FakeEngineControl& control) {
    script_ = read_script();
    if (script_.contains("warnings")) control.warn_on_open(script_.at("warnings").get<std::vector<std::string>>());
    if (script_.contains("fail_open"))
      control.fail_open(ErrorKind::kInvalidData, script_.at("fail_open").get<std::string>());
    if (script_.contains("fail_analyses"))
      control.fail_next(script_.at("fail_analyses").get<std::size_t>(), ErrorKind::kFailed,
                        "this picture is scripted to fail");
  }

 private:
  Engine& engine_;
  nlohmann::json script_;
};

Engine* open_scripted_engine(int abi) {
  static void* const library = dlopen(BLIP_FAKE_ENGINE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return nullptr;
  Engine* engine = reinterpret_cast<EngineFactory>(dlsym(library, kEngineFactoryName))(abi);
  if (engine == nullptr) return nullptr;
  static ScriptedEngine scripted(*engine);
  scripted.prepare(*reinterpret_cast<FakeControlFunction>(dlsym(library, kFakeControlName))());
  return &scripted;
}

}  // namespace
}  // namespace blip::test

extern "C" __attribute__((visibility("default"))) blip::Engine* blip_engine(int abi) {
  return blip::test::open_scripted_engine(abi);
}
