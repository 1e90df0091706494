// libblip-engine-preprocessing.so: an engine that prepares pictures as BLIP at 384 pixels does, and then only waits,
// for $BLIP_BENCH_DELAY_MS a text.
#include <chrono>
#include <cstdlib>
#include <thread>

#include "core/engine/backend.h"
#include "core/tasks/engine_api.h"
#include "core/vision/image_preprocess.h"

namespace blip {
namespace {

constexpr std::int64_t kSide = 384;

class NoFeatures final : public ImageFeatures {
 public:
  std::int64_t tokens() const override { return 1; }
  std::int64_t width() const override { return 1; }
  Matrix to_matrix() const override { return Matrix(1, 1); }
};

class PreparingStream final : public Stream {
 public:
  Outcome<std::vector<std::shared_ptr<const ImageFeatures>>> encode(
      std::span<const ImageView> images) noexcept override {
    for (const ImageView& image : images) preprocess(image, kSide, pixels_.data(), converter_);
    return std::vector<std::shared_ptr<const ImageFeatures>>(images.size(), std::make_shared<NoFeatures>());
  }
  Outcome<std::vector<std::shared_ptr<const ImageFeatures>>> restore(
      std::span<const Matrix> features) noexcept override {
    return std::vector<std::shared_ptr<const ImageFeatures>>(features.size(), std::make_shared<NoFeatures>());
  }
  Outcome<Matrix> embed_clips(std::span<const Clip> clips) noexcept override {
    return Matrix(static_cast<std::int64_t>(clips.size()), 1);
  }
  Outcome<Matrix> embed_texts(std::span<const std::string> texts) noexcept override {
    return Matrix(static_cast<std::int64_t>(texts.size()), 1);
  }
  Outcome<std::vector<MatchScore>> match(const Clip&, std::span<const std::string> texts,
                                         const MatchOptions&) noexcept override {
    return std::vector<MatchScore>(texts.size());
  }
  Outcome<std::vector<Caption>> caption(std::span<const Clip> clips, const CaptionOptions&) noexcept override {
    std::this_thread::sleep_for(delay_ * clips.size());
    Caption caption;
    caption.text = "a picture";
    return std::vector<Caption>(clips.size(), caption);
  }
  Outcome<std::vector<Answer>> answer(std::span<const Clip> clips, const std::string&,
                                      const AnswerOptions&) noexcept override {
    return std::vector<Answer>(clips.size());
  }
  Outcome<std::vector<RankedAnswer>> rank(const Clip&, const std::string&, std::span<const std::string>, std::size_t,
                                          const AnswerOptions&) noexcept override {
    return std::vector<RankedAnswer>(1);
  }
  void cancel() noexcept override {}
  void resume() noexcept override {}

 private:
  static std::chrono::milliseconds delay() {
    const char* text = std::getenv("BLIP_BENCH_DELAY_MS");
    return std::chrono::milliseconds(text == nullptr ? 0 : std::atoi(text));
  }

  std::vector<float> pixels_ = std::vector<float>(3 * kSide * kSide);
  ColorConverter converter_;
  std::chrono::milliseconds delay_ = delay();
};

class PreparingModel final : public Model {
 public:
  PreparingModel() {
    abilities_.caption = true;
    abilities_.layout = "captioner";
    abilities_.vision_id = "none";
  }
  const std::string& name() const noexcept override { return name_; }
  const std::vector<std::string>& warnings() const noexcept override { return warnings_; }
  const ModelAbilities& abilities() const noexcept override { return abilities_; }
  ModelCounters counters() const noexcept override { return {}; }
  Outcome<std::unique_ptr<Stream>> open_stream(const StreamOptions&) noexcept override {
    return std::unique_ptr<Stream>(std::make_unique<PreparingStream>());
  }

 private:
  std::string name_ = "preprocessing";
  std::vector<std::string> warnings_;
  ModelAbilities abilities_;
};

class PreparingEngine final : public Engine {
 public:
  Outcome<std::shared_ptr<Model>> open(const ModelOptions&) noexcept override {
    return std::shared_ptr<Model>(std::make_shared<PreparingModel>());
  }
  void set_cache_budget(std::uint64_t) noexcept override {}
};

}  // namespace
}  // namespace blip

extern "C" __attribute__((visibility("default"))) blip::Engine* blip_engine(int abi) {
  static blip::PreparingEngine engine;
  return abi == blip::kEngineAbi ? &engine : nullptr;
}
