#include "tests/support/fake_engine/fake_engine.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "tests/support/fake_engine/fake_pixels.h"

namespace blip::test {
namespace {

constexpr std::chrono::seconds kPatience{10};

struct State {
  bool held = false, open_held = false, opening = false, refuse_abi = false;
  std::size_t released = 0, begun = 0, opened = 0, failures = 0;
  std::deque<std::string> script;
  Failure failure;
  std::optional<Failure> open_failure;
  std::vector<std::string> warnings;
  std::vector<SeenImage> seen;
  ModelOptions model;
};

class FakeEngine final : public FakeEngineControl, public Engine {
 private:
  template <class Read>
  auto read(Read&& get) const {
    const std::lock_guard lock(mutex_);
    return get(state_);
  }

 public:
  void reset() override {
    const std::lock_guard lock(mutex_);
    state_ = State();
    changed_.notify_all();
  }
  void hold() override {
    change([](State& state) { state.held = true; });
  }
  void release(std::size_t analyses) override {
    change([analyses](State& state) { state.released += analyses; });
  }
  void release_all() override {
    change([](State& state) { state.held = state.open_held = false; });
  }
  void hold_open() override {
    change([](State& state) { state.open_held = true; });
  }
  bool wait_begun(std::size_t analyses) override {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return state_.begun >= analyses; });
  }
  bool wait_opening() override {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return state_.opening; });
  }
  void script(std::vector<std::string> captions) override {
    change([&](State& state) { state.script.assign(captions.begin(), captions.end()); });
  }
  void fail_next(std::size_t analyses, ErrorKind kind, std::string message) override {
    change([&](State& state) {
      state.failures = analyses;
      state.failure = {kind, message};
    });
  }
  void fail_open(ErrorKind kind, std::string message) override {
    change([&](State& state) { state.open_failure = Failure{kind, message}; });
  }
  void warn_on_open(std::vector<std::string> warnings) override {
    change([&](State& state) { state.warnings = warnings; });
  }
  void refuse_abi(bool refuse) override {
    change([refuse](State& state) { state.refuse_abi = refuse; });
  }
  bool refuses_abi() const {
    return read([](const State& state) { return state.refuse_abi; });
  }
  std::size_t begun() const override {
    return read([](const State& state) { return state.begun; });
  }
  std::size_t opened() const override {
    return read([](const State& state) { return state.opened; });
  }
  std::vector<SeenImage> seen() const override {
    return read([](const State& state) { return state.seen; });
  }
  ModelOptions last_model() const override {
    return read([](const State& state) { return state.model; });
  }

  Outcome<std::shared_ptr<Model>> open(const ModelOptions& options) noexcept override;
  Outcome<std::vector<Caption>> caption(std::span<const ImageView> images, const CaptionOptions& options);

 private:
  template <class Change>
  void change(Change&& apply) {
    const std::lock_guard lock(mutex_);
    apply(state_);
    changed_.notify_all();
  }
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_;
};

class FakeModel final : public Model {
 public:
  FakeModel(FakeEngine& engine, std::string name, std::vector<std::string> warnings)
      : engine_(engine), name_(std::move(name)), warnings_(std::move(warnings)) {}

  const std::string& name() const noexcept override { return name_; }
  const std::vector<std::string>& warnings() const noexcept override { return warnings_; }
  Outcome<std::vector<Caption>> caption(std::span<const ImageView> images,
                                        const CaptionOptions& options) noexcept override {
    return engine_.caption(images, options);
  }

 private:
  FakeEngine& engine_;
  std::string name_;
  std::vector<std::string> warnings_;
};

Outcome<std::shared_ptr<Model>> FakeEngine::open(const ModelOptions& options) noexcept {
  std::unique_lock lock(mutex_);
  state_.opening = true;
  state_.model = options;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !state_.open_held; });
  if (state_.open_failure) return *state_.open_failure;
  ++state_.opened;
  return std::shared_ptr<Model>(std::make_shared<FakeModel>(*this, options.model, state_.warnings));
}

Outcome<std::vector<Caption>> FakeEngine::caption(std::span<const ImageView> images, const CaptionOptions& options) {
  std::unique_lock lock(mutex_);
  std::vector<Caption> captions;
  for (const ImageView& image : images) {
    ++state_.begun;
    state_.seen.push_back(
        {image.format, image.width, image.height, image.orientation, image.matrix, image.range, options});
    changed_.notify_all();
    changed_.wait(lock, [this] { return !state_.held || state_.released > 0; });
    if (state_.held) --state_.released;
    if (options.generation.min_length > options.generation.max_length) {
      return Failure{ErrorKind::kInvalidArgument, "min_length is " + std::to_string(options.generation.min_length) +
                                                      ", above max_length " +
                                                      std::to_string(options.generation.max_length)};
    }
    if (state_.failures > 0) {
      --state_.failures;
      return state_.failure;
    }
    Caption caption;
    if (state_.script.empty()) {
      caption.text = "a " + average_color(image) + " picture";
    } else {
      caption.text = state_.script.front();
      state_.script.pop_front();
    }
    caption.token_ids = {30522, static_cast<std::int64_t>(state_.begun), 102};
    caption.token_logprobs = {-0.25F, -0.25F};
    caption.score = -0.5;
    caption.confidence = 0.75;
    captions.push_back(std::move(caption));
  }
  return captions;
}

FakeEngine& the_engine() {
  static FakeEngine engine;
  return engine;
}

}  // namespace
}  // namespace blip::test

#define FAKE_EXPORT extern "C" __attribute__((visibility("default")))

FAKE_EXPORT blip::Engine* blip_engine(int abi) {
  auto& engine = blip::test::the_engine();
  return abi == blip::kEngineAbi && !engine.refuses_abi() ? &engine : nullptr;
}

FAKE_EXPORT blip::test::FakeEngineControl* blip_fake_engine_control() {
  return &blip::test::the_engine();
}
