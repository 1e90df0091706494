#include "core/tasks/engine_stream.h"

#include <atomic>
#include <utility>

#include "core/tasks/answerer.h"
#include "core/tasks/captioner.h"
#include "core/tasks/embedder.h"
#include "core/tasks/failure_guard.h"
#include "core/tasks/frame_encoder.h"
#include "core/tasks/matcher.h"

namespace blip {
namespace {

class EngineStream final : public Stream {
 public:
  explicit EngineStream(std::shared_ptr<LoadedModel> model) : model_(std::move(model)) {}

  Outcome<std::vector<std::shared_ptr<const ImageFeatures>>> encode(
      std::span<const ImageView> images) noexcept override {
    return run<std::vector<std::shared_ptr<const ImageFeatures>>>([&] { return encode_frames(*model_, images); });
  }
  Outcome<Matrix> embed_clips(std::span<const Clip> clips) noexcept override {
    return run<Matrix>([&] { return blip::embed_clips(*model_, clips); });
  }
  Outcome<Matrix> embed_texts(std::span<const std::string> texts) noexcept override {
    return run<Matrix>([&] { return blip::embed_texts(*model_, texts); });
  }
  Outcome<std::vector<MatchScore>> match(const Clip& clip, std::span<const std::string> texts,
                                         const MatchOptions& options) noexcept override {
    return run<std::vector<MatchScore>>([&] { return blip::match(*model_, clip, texts, options); });
  }
  Outcome<std::vector<Caption>> caption(std::span<const Clip> clips, const CaptionOptions& options) noexcept override {
    return run<std::vector<Caption>>([&] { return blip::caption(*model_, clips, options); });
  }
  Outcome<std::vector<Answer>> answer(std::span<const Clip> clips, const std::string& question,
                                      const AnswerOptions& options) noexcept override {
    return run<std::vector<Answer>>([&] {
      std::vector<Answer> answers;
      for (const Clip& clip : clips) answers.push_back(blip::answer(*model_, clip, question, options));
      return answers;
    });
  }
  Outcome<std::vector<RankedAnswer>> rank(const Clip& clip, const std::string& question,
                                          std::span<const std::string> answers, std::size_t k,
                                          const AnswerOptions& options) noexcept override {
    return run<std::vector<RankedAnswer>>([&] { return rank_answers(*model_, clip, question, answers, k, options); });
  }
  void cancel() noexcept override { cancelled_ = true; }
  void resume() noexcept override { cancelled_ = false; }

 private:
  template <class T, class Body>
  Outcome<T> run(Body&& body) noexcept {
    return guarded<T>([&]() -> T {
      if (cancelled_) throw Error(ErrorKind::kCancelled, "cancelled");
      return body();
    });
  }

  std::shared_ptr<LoadedModel> model_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace

std::unique_ptr<Stream> make_engine_stream(std::shared_ptr<LoadedModel> model, const StreamOptions&) {
  return std::make_unique<EngineStream>(std::move(model));
}

}  // namespace blip
