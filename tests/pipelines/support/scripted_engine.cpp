// libblip-engine-scripted.so: the fake engine behind a script from the environment, for tests that run whole programs.
#include <dlfcn.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "core/tasks/engine_api.h"
#include "tests/support/fake_engine/fake_engine.h"

namespace blip::test {
namespace {

using Json = nlohmann::json;
using Features = std::vector<std::shared_ptr<const ImageFeatures>>;

// What the environment says, and what happened so far.
class Script {
 public:
  explicit Script(Json script) : script_(std::move(script)) {}

  const Json& json() const { return script_; }
  void log(const Json& line) {
    const std::lock_guard lock(mutex_);
    if (script_.contains("log")) std::ofstream(script_.at("log").get<std::string>(), std::ios::app) << line << '\n';
  }
  void count_analysis() {
    if (script_.value("kill_at", 0) == analyses_ + 1) std::raise(SIGKILL);
    count(analyses_, "interrupt_at");
  }
  void count_picture() { count(pictures_, "interrupt_at_picture"); }

 private:
  void count(std::atomic<int>& counter, const char* when) {
    if (script_.value(when, 0) != ++counter) return;
    std::raise(SIGINT);
    if (script_.value("echo", false)) std::raise(SIGINT);
    while (script_.value("until_it_leaves", false)) std::raise(SIGINT);
  }

  const Json script_;
  std::mutex mutex_;
  std::atomic<int> analyses_{0}, pictures_{0};
};

Json generation_of(const GenerationOptions& options) {
  return {{"num_beams", options.num_beams},
          {"min_length", options.min_length},
          {"max_length", options.max_length},
          {"sample", options.sample},
          {"top_p", options.top_p},
          {"top_k", options.top_k},
          {"temperature", options.temperature},
          {"seed", options.seed},
          {"repetition_penalty", options.repetition_penalty},
          {"length_penalty", options.length_penalty},
          {"beam_scoring", static_cast<int>(options.beam_scoring)}};
}

class ScriptedStream final : public Stream {
 public:
  ScriptedStream(std::unique_ptr<Stream> stream, Script& script) : stream_(std::move(stream)), script_(script) {}

  Outcome<Features> encode(std::span<const ImageView> images) noexcept override {
    for (const ImageView& image : images) {
      script_.count_picture();
      script_.log(
          {{"width", image.width}, {"height", image.height}, {"orientation", static_cast<int>(image.orientation)}});
    }
    return stream_->encode(images);
  }
  Outcome<Features> restore(std::span<const Matrix> features) noexcept override { return stream_->restore(features); }
  Outcome<Matrix> embed_clips(std::span<const Clip> clips) noexcept override { return stream_->embed_clips(clips); }
  Outcome<Matrix> embed_texts(std::span<const std::string> texts) noexcept override {
    return stream_->embed_texts(texts);
  }
  Outcome<std::vector<MatchScore>> match(const Clip& clip, std::span<const std::string> texts,
                                         const MatchOptions& options) noexcept override {
    script_.count_analysis();
    script_.log({{"match", std::vector<std::string>(texts.begin(), texts.end())}, {"frames", clip.frames.size()}});
    return stream_->match(clip, texts, options);
  }
  Outcome<std::vector<Caption>> caption(std::span<const Clip> clips, const CaptionOptions& options) noexcept override {
    for (std::size_t i = 0; i < clips.size(); ++i) {
      script_.count_analysis();
      Json line = generation_of(options.generation);
      line["prompt"] = options.prompt ? Json(*options.prompt) : Json();
      script_.log(line);
    }
    return stream_->caption(clips, options);
  }
  Outcome<std::vector<Answer>> answer(std::span<const Clip> clips, const std::string& question,
                                      const AnswerOptions& options) noexcept override {
    for (const Clip& clip : clips) {
      script_.count_analysis();
      Json line = generation_of(options.generation);
      line["question"] = question;
      line["frames"] = clip.frames.size();
      line["form"] = options.prompt;
      line["history"] = Json::array();
      for (const ChatTurn& turn : options.history) line["history"].push_back({turn.question, turn.answer});
      script_.log(line);
    }
    return stream_->answer(clips, question, options);
  }
  Outcome<std::vector<RankedAnswer>> rank(const Clip& clip, const std::string& question,
                                          std::span<const std::string> answers, std::size_t k,
                                          const AnswerOptions& options) noexcept override {
    script_.count_analysis();
    script_.log({{"rank", std::vector<std::string>(answers.begin(), answers.end())},
                 {"question", question},
                 {"k", k},
                 {"frames", clip.frames.size()}});
    return stream_->rank(clip, question, answers, k, options);
  }
  void cancel() noexcept override { stream_->cancel(); }
  void resume() noexcept override { stream_->resume(); }

 private:
  std::unique_ptr<Stream> stream_;
  Script& script_;
};

class ScriptedModel final : public Model {
 public:
  ScriptedModel(std::shared_ptr<Model> model, Script& script) : model_(std::move(model)), script_(script) {}

  const std::string& name() const noexcept override { return model_->name(); }
  const std::vector<std::string>& warnings() const noexcept override { return model_->warnings(); }
  const ModelAbilities& abilities() const noexcept override { return model_->abilities(); }
  ModelCounters counters() const noexcept override { return model_->counters(); }
  Outcome<std::unique_ptr<Stream>> open_stream(const StreamOptions& options) noexcept override {
    auto stream = model_->open_stream(options);
    if (!stream.ok()) return stream;
    return std::unique_ptr<Stream>(std::make_unique<ScriptedStream>(std::move(stream.value()), script_));
  }

 private:
  std::shared_ptr<Model> model_;
  Script& script_;
};

class ScriptedEngine final : public Engine {
 public:
  ScriptedEngine(Engine& engine, Script& script) : engine_(engine), script_(script) {}

  Outcome<std::shared_ptr<Model>> open(const ModelOptions& options) noexcept override {
    script_.log({{"open", options.model},
                 {"vocab", options.vocab},
                 {"config", options.config},
                 {"device", options.device},
                 {"precision", options.precision},
                 {"num_threads", options.num_threads}});
    const std::lock_guard lock(mutex_);
    if (auto model = models_[options.model].lock()) return model;
    script_.log({{"load", options.model}});
    auto opened = engine_.open(options);
    if (!opened.ok()) return opened;
    std::shared_ptr<Model> model = std::make_shared<ScriptedModel>(opened.value(), script_);
    models_[options.model] = model;
    return model;
  }
  void set_cache_budget(std::uint64_t megabytes) noexcept override { engine_.set_cache_budget(megabytes); }

 private:
  Engine& engine_;
  Script& script_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Model>> models_;  // loaded once while somebody has them, as the engine does
};

void prepare(FakeEngineControl& control, const Json& script) {
  if (script.contains("warnings")) control.warn_on_open(script.at("warnings").get<std::vector<std::string>>());
  if (script.contains("texts")) control.script(script.at("texts").get<std::vector<std::string>>());
  if (script.contains("fail_open"))
    control.fail_open(ErrorKind::kInvalidData, script.at("fail_open").get<std::string>());
  if (script.contains("fail_analyses"))
    control.fail_next(script.at("fail_analyses").get<std::size_t>(), ErrorKind::kFailed,
                      "this picture is scripted to fail");
  if (script.contains("layout")) {
    ModelAbilities abilities;
    abilities.image_size = 32;
    abilities.layout = script.at("layout").get<std::string>();
    abilities.caption = abilities.layout == "captioner" || abilities.layout == "pretrain";
    abilities.instruct = abilities.layout == "blip2-opt" || abilities.layout == "blip2-t5";
    abilities.caption = abilities.caption || abilities.instruct;
    abilities.answer = abilities.layout == "vqa" || abilities.instruct;
    abilities.match = abilities.embed = abilities.layout == "matcher" || abilities.layout == "pretrain";
    control.set_abilities(abilities);
  }
}

Engine* open_scripted_engine(int abi) {
  static void* const library = dlopen(BLIP_FAKE_ENGINE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return nullptr;
  Engine* engine = reinterpret_cast<EngineFactory>(dlsym(library, kEngineFactoryName))(abi);
  if (engine == nullptr) return nullptr;
  const char* text = std::getenv("BLIP_TEST_SCRIPT");
  static Script script(Json::parse(text == nullptr ? "{}" : text));
  static ScriptedEngine scripted(*engine, script);
  prepare(*reinterpret_cast<FakeControlFunction>(dlsym(library, kFakeControlName))(), script.json());
  return &scripted;
}

}  // namespace
}  // namespace blip::test

extern "C" __attribute__((visibility("default"))) blip::Engine* blip_engine(int abi) {
  return blip::test::open_scripted_engine(abi);
}
