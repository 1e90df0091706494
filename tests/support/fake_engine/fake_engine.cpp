#include "tests/support/fake_engine/fake_engine.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "tests/support/fake_engine/fake_answers.h"
#include "tests/support/fake_engine/fake_pixels.h"

namespace blip::test {
namespace {

constexpr std::chrono::seconds kPatience{10};

ModelAbilities all_abilities() {
  ModelAbilities abilities;
  abilities.embed = abilities.match = abilities.caption = abilities.answer = abilities.instruct = true;
  abilities.layout = "fake";
  abilities.embedder_id = "fake";
  abilities.image_size = 32;
  abilities.feature_tokens = 5;
  abilities.feature_width = 8;
  return abilities;
}

// Where calls wait, how many have come, and how many are to fail.
struct Counter {
  bool held = false;
  std::size_t released = 0, begun = 0, failures = 0;
  Failure failure;
};

struct State {
  Counter analyses, images;
  bool open_held = false, open_paused = false, opening = false, refuse_abi = false;
  std::size_t opened = 0, embedded_texts = 0;
  std::deque<std::string> script;
  std::optional<Failure> open_failure;
  std::vector<std::string> warnings;
  std::vector<SeenImage> seen;
  std::vector<SeenRequest> requests;
  ModelOptions model;
  StreamOptions stream;
  ModelAbilities abilities = all_abilities();
};

class FakeEngine final : public FakeEngineControl, public Engine {
 public:
  template <class Read>
  auto read(Read&& get) const {
    const std::lock_guard lock(mutex_);
    return get(state_);
  }
  template <class Change>
  void change(Change&& apply) {
    const std::lock_guard lock(mutex_);
    apply(state_);
    changed_.notify_all();
  }

  void reset() override {
    change([](State& state) { state = State(); });
  }
  void hold() override {
    change([](State& state) { state.analyses.held = true; });
  }
  void release(std::size_t analyses) override {
    change([analyses](State& state) { state.analyses.released += analyses; });
  }
  void release_all() override {
    change([](State& state) { state.analyses.held = state.images.held = state.open_held = state.open_paused = false; });
  }
  void hold_open() override {
    change([](State& state) { state.open_held = true; });
  }
  void pause_open(bool paused) override {
    change([paused](State& state) { state.open_paused = paused; });
  }
  void hold_encode() override {
    change([](State& state) { state.images.held = true; });
  }
  void release_encode(std::size_t images) override {
    change([images](State& state) { state.images.released += images; });
  }
  bool wait_begun(std::size_t analyses) override {
    return wait([=](const State& state) { return state.analyses.begun >= analyses; });
  }
  bool wait_encoding(std::size_t images) override {
    return wait([=](const State& state) { return state.images.begun >= images; });
  }
  bool wait_opening() override {
    return wait([](const State& state) { return state.opening; });
  }
  void script(std::vector<std::string> captions) override {
    change([&](State& state) { state.script.assign(captions.begin(), captions.end()); });
  }
  void fail_next(std::size_t analyses, ErrorKind kind, std::string message) override {
    change([&](State& state) { fail(state.analyses, analyses, {kind, message}); });
  }
  void fail_encode(std::size_t images, ErrorKind kind, std::string message) override {
    change([&](State& state) { fail(state.images, images, {kind, message}); });
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
  void set_abilities(const ModelAbilities& abilities) override {
    change([&](State& state) { state.abilities = abilities; });
  }
  bool refuses_abi() const {
    return read([](const State& state) { return state.refuse_abi; });
  }
  std::size_t begun() const override {
    return read([](const State& state) { return state.analyses.begun; });
  }
  std::size_t encoded() const override {
    return read([](const State& state) { return state.images.begun; });
  }
  std::size_t embedded_texts() const override {
    return read([](const State& state) { return state.embedded_texts; });
  }
  std::size_t opened() const override {
    return read([](const State& state) { return state.opened; });
  }
  std::vector<SeenImage> seen() const override {
    return read([](const State& state) { return state.seen; });
  }
  std::vector<SeenRequest> requests() const override {
    return read([](const State& state) { return state.requests; });
  }
  ModelOptions last_model() const override {
    return read([](const State& state) { return state.model; });
  }
  StreamOptions last_stream() const override {
    return read([](const State& state) { return state.stream; });
  }

  Outcome<std::shared_ptr<Model>> open(const ModelOptions& options) noexcept override;
  void set_cache_budget(std::uint64_t) noexcept override {}

  // Counts one call, waits while calls are held, and says why it is to fail, if it is.
  std::optional<Failure> pass(Counter State::*which, const std::atomic<bool>& cancelled,
                              const std::function<void(State&)>& note) {
    std::unique_lock lock(mutex_);
    Counter& counter = state_.*which;
    ++counter.begun;
    note(state_);
    changed_.notify_all();
    changed_.wait(lock, [&] { return cancelled || !counter.held || counter.released > 0; });
    if (cancelled) return Failure{ErrorKind::kCancelled, "cancelled"};
    if (counter.held) --counter.released;
    if (counter.failures == 0) return std::nullopt;
    --counter.failures;
    return counter.failure;
  }
  void wake() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }
  // The next of the script, or what `otherwise` says.
  template <class Otherwise>
  std::string next_text(Otherwise&& otherwise) {
    const std::lock_guard lock(mutex_);
    if (state_.script.empty()) return otherwise();
    std::string text = std::move(state_.script.front());
    state_.script.pop_front();
    return text;
  }

 private:
  static void fail(Counter& counter, std::size_t count, Failure failure) {
    counter.failures = count;
    counter.failure = std::move(failure);
  }
  template <class Condition>
  bool wait(Condition&& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return condition(state_); });
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_;
};

class FakeStream final : public Stream {
 public:
  explicit FakeStream(FakeEngine& engine) : engine_(engine) {}

  Outcome<std::vector<std::shared_ptr<const ImageFeatures>>> encode(
      std::span<const ImageView> images) noexcept override {
    const bool scripted = engine_.read([](const State& state) { return !state.script.empty(); });
    std::vector<std::shared_ptr<const ImageFeatures>> features;
    for (const ImageView& image : images) {
      const SeenImage seen{image.format, image.width, image.height, image.orientation, image.matrix, image.range};
      if (auto failure = engine_.pass(&State::images, cancelled_, [&](State& state) { state.seen.push_back(seen); }))
        return *failure;
      features.push_back(std::make_shared<FakeFeatures>(scripted ? "scripted" : average_color(image)));
    }
    return features;
  }
  Outcome<std::vector<std::shared_ptr<const ImageFeatures>>> restore(
      std::span<const Matrix> features) noexcept override {
    std::vector<std::shared_ptr<const ImageFeatures>> restored;
    for (const Matrix& letters : features) restored.push_back(FakeFeatures::from_matrix(letters));
    return restored;
  }
  Outcome<Matrix> embed_clips(std::span<const Clip> clips) noexcept override {
    const auto each = engine_.read([](const State& state) { return state.abilities.embeddings_per_clip; });
    std::vector<std::vector<std::string>> rows;
    for (const Clip& clip : clips) {
      rows.insert(rows.end(), static_cast<std::size_t>(each - 1), {"magenta"});
      rows.push_back(colors_of(clip));
    }
    return embeddings_of_colors(rows);
  }
  Outcome<Matrix> embed_texts(std::span<const std::string> texts) noexcept override {
    engine_.change([&](State& state) { state.embedded_texts += texts.size(); });
    std::vector<std::vector<std::string>> rows;
    for (const std::string& text : texts) rows.push_back(colors_named_in(text));
    return embeddings_of_colors(rows);
  }
  Outcome<std::vector<MatchScore>> match(const Clip& clip, std::span<const std::string> texts,
                                         const MatchOptions&) noexcept override {
    if (auto failure = request("match", clip, {}, {}, {texts.begin(), texts.end()})) return *failure;
    std::vector<MatchScore> scores;
    for (const std::string& text : texts) scores.push_back(match_of(colors_of(clip), text));
    return scores;
  }
  Outcome<std::vector<Caption>> caption(std::span<const Clip> clips, const CaptionOptions& options) noexcept override {
    const GenerationOptions& generation = options.generation;
    if (generation.min_length > generation.max_length)
      return Failure{ErrorKind::kInvalidArgument, "min_length is " + std::to_string(generation.min_length) +
                                                      ", above max_length " + std::to_string(generation.max_length)};
    std::vector<Caption> captions;
    for (const Clip& clip : clips) {
      if (auto failure = request("caption", clip, options, {}, {})) return *failure;
      Caption caption;
      caption.text = engine_.next_text([&] { return "a " + told(colors_of(clip)) + " picture"; });
      caption.token_ids = {30522, static_cast<std::int64_t>(engine_.begun()), 102};
      caption.token_logprobs = {-0.25F, -0.25F};
      caption.score = -0.5;
      caption.confidence = 0.75;
      captions.push_back(std::move(caption));
    }
    return captions;
  }
  Outcome<std::vector<Answer>> answer(std::span<const Clip> clips, const std::string& question,
                                      const AnswerOptions& options) noexcept override {
    std::vector<Answer> answers;
    for (const Clip& clip : clips) {
      if (auto failure = request("answer", clip, {}, options, {question})) return *failure;
      Answer answer;
      answer.text = engine_.next_text([&] { return told(colors_of(clip)); });
      answer.token_ids = {30522, 102};
      answer.score = -0.5;
      answer.confidence = 0.75;
      answers.push_back(std::move(answer));
    }
    return answers;
  }
  Outcome<std::vector<RankedAnswer>> rank(const Clip& clip, const std::string& question,
                                          std::span<const std::string> answers, std::size_t k,
                                          const AnswerOptions& options) noexcept override {
    if (auto failure = request("rank", clip, {}, options, {question})) return *failure;
    std::vector<RankedAnswer> ranked;
    for (std::size_t i = 0; i < answers.size(); ++i)
      ranked.push_back({i, 1 - match_of(colors_of(clip), answers[i]).probability, 0.5});
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.loss < b.loss; });
    ranked.resize(std::min(k, ranked.size()));
    return ranked;
  }
  void cancel() noexcept override {
    cancelled_ = true;
    engine_.wake();
  }
  void resume() noexcept override { cancelled_ = false; }

 private:
  std::optional<Failure> request(const char* kind, const Clip& clip, const CaptionOptions& caption,
                                 const AnswerOptions& answer, std::vector<std::string> texts) {
    return engine_.pass(&State::analyses, cancelled_, [&](State& state) {
      state.requests.push_back({kind, clip.frames.size(), caption, answer, std::move(texts)});
    });
  }

  FakeEngine& engine_;
  std::atomic<bool> cancelled_{false};
};

class FakeModel final : public Model {
 public:
  FakeModel(FakeEngine& engine, std::string name, const State& state)
      : engine_(engine), name_(std::move(name)), warnings_(state.warnings), abilities_(state.abilities) {
    abilities_.vision_id = "weights of " + name_;
  }

  const std::string& name() const noexcept override { return name_; }
  const std::vector<std::string>& warnings() const noexcept override { return warnings_; }
  const ModelAbilities& abilities() const noexcept override { return abilities_; }
  ModelCounters counters() const noexcept override {
    ModelCounters counters;
    counters.images_encoded = engine_.encoded();
    return counters;
  }
  Outcome<std::unique_ptr<Stream>> open_stream(const StreamOptions& options) noexcept override {
    engine_.change([&](State& state) { state.stream = options; });
    return std::unique_ptr<Stream>(std::make_unique<FakeStream>(engine_));
  }

 private:
  FakeEngine& engine_;
  std::string name_;
  std::vector<std::string> warnings_;
  ModelAbilities abilities_;
};

Outcome<std::shared_ptr<Model>> FakeEngine::open(const ModelOptions& options) noexcept {
  std::unique_lock lock(mutex_);
  state_.opening = true;
  state_.model = options;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !state_.open_held && !state_.open_paused; });
  if (state_.open_failure) return *state_.open_failure;
  ++state_.opened;
  return std::shared_ptr<Model>(std::make_shared<FakeModel>(*this, options.model, state_));
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
