#include <algorithm>
#include <utility>

#include "core/tasks/abilities.h"
#include "core/tasks/answerer.h"
#include "core/tasks/captioner.h"
#include "core/tasks/embedder.h"
#include "core/tasks/failure_guard.h"
#include "core/tasks/matcher.h"
#include "core/tasks/open_model.h"
#include "core/tasks/text_input.h"
#include "core/vision/image_preprocess.h"

namespace blip {
namespace {

using Features = std::shared_ptr<const ImageFeatures>;

constexpr int kDefaultBatchSize = 8;

SessionOptions session_options(const StreamOptions& options) {
  if (options.batch_size < 0 || options.batch_timeout.count() < 0) {
    throw Error(ErrorKind::kInvalidArgument, "a stream's batch size and batch timeout must not be negative, found " +
                                                 std::to_string(options.batch_size) + " and " +
                                                 std::to_string(options.batch_timeout.count()) + " us");
  }
  return {options.batch_size == 0 ? kDefaultBatchSize : options.batch_size, options.batch_timeout, options.live};
}

// What core/tasks does, with the model's part run by the scheduler.
class EngineStream final : public Stream {
 public:
  EngineStream(std::shared_ptr<const OpenModel> model, const StreamOptions& options)
      : model_(std::move(model)), session_(model_->scheduler.open(model_->served, session_options(options))) {}

  Outcome<std::vector<Features>> encode(std::span<const ImageView> images) noexcept override {
    return guarded<std::vector<Features>>([&] { return encode_pictures(images); });
  }

  Outcome<std::vector<Features>> restore(std::span<const Matrix> features) noexcept override {
    return guarded<std::vector<Features>>([&] {
      std::vector<Features> restored;
      for (const Matrix& tokens : features) restored.push_back(loaded().backend->restore_features(tokens));
      return restored;
    });
  }

  Outcome<Matrix> embed_clips(std::span<const Clip> clips) noexcept override {
    return guarded<Matrix>([&] {
      need_embeddings(checkpoint());
      const auto request = ask<EmbedClipsRequest>(std::vector<Clip>(clips.begin(), clips.end()));
      return clips.empty() ? no_embeddings() : unit_rows(std::move(request->rows));
    });
  }

  Outcome<Matrix> embed_texts(std::span<const std::string> texts) noexcept override {
    return guarded<Matrix>([&] {
      need_embeddings(checkpoint());
      auto ids = embedding_ids(loaded(), texts);
      expect_texts("text", texts, ids);
      const auto request = ask<EmbedTextsRequest>(std::move(ids));
      return texts.empty() ? no_embeddings() : unit_rows(std::move(request->rows));
    });
  }

  Outcome<std::vector<MatchScore>> match(const Clip& clip, std::span<const std::string> texts,
                                         const MatchOptions& options) noexcept override {
    return guarded<std::vector<MatchScore>>([&] {
      need_matching(checkpoint());
      auto ids = match_ids(loaded(), texts, options);
      expect_texts("text", texts, ids);
      return match_scores(ask<MatchRequest>(clip, std::move(ids))->logits);
    });
  }

  Outcome<std::vector<Caption>> caption(std::span<const Clip> clips, const CaptionOptions& options) noexcept override {
    return guarded<std::vector<Caption>>([&] {
      if (options.prompt) expect_utf8("prompt", *options.prompt);
      const DecodePlan plan = plan_caption(loaded(), options, most_frames(clips));
      std::vector<Caption> captions;
      const auto request = ask<DecodeRequest>(inputs_of(plan, clips), plan.generation);
      for (GeneratedSequence& best : request->best) captions.push_back(finish_caption(loaded(), plan, std::move(best)));
      return captions;
    });
  }

  Outcome<std::vector<Answer>> answer(std::span<const Clip> clips, const std::string& question,
                                      const AnswerOptions& options) noexcept override {
    return guarded<std::vector<Answer>>([&] {
      const DecodePlan plan = checked_plan(question, options, most_frames(clips));
      std::vector<Answer> answers;
      const auto request = ask<DecodeRequest>(inputs_of(plan, clips), plan.generation);
      for (GeneratedSequence& best : request->best) answers.push_back(finish_answer(loaded(), std::move(best)));
      return answers;
    });
  }

  Outcome<std::vector<RankedAnswer>> rank(const Clip& clip, const std::string& question,
                                          std::span<const std::string> answers, std::size_t k,
                                          const AnswerOptions& options) noexcept override {
    return guarded<std::vector<RankedAnswer>>([&] {
      DecodePlan plan = checked_plan(question, options, clip.frames.size());
      plan.input.clip = clip;
      auto ids = answer_ids(loaded(), plan, answers);
      expect_texts("answer", answers, ids);
      return finish_ranking(ask<RankRequest>(std::move(plan.input), std::move(ids), k)->ranked);
    });
  }

  void cancel() noexcept override { session_->cancel(); }
  void resume() noexcept override { session_->resume(); }

 private:
  const LoadedModel& loaded() const { return *model_->loaded; }
  const Checkpoint& checkpoint() const { return model_->loaded->checkpoint; }
  Matrix no_embeddings() const { return {0, checkpoint().config.embed_width}; }

  template <class Kind, class... What>
  std::shared_ptr<Kind> ask(What&&... what) {
    auto request = std::make_shared<Kind>(session_->caller(), std::forward<What>(what)...);
    run(request);
    return request;
  }

  void run(const std::shared_ptr<Request>& request) {
    session_->run(request);
    model_->answered(request->kind());
  }

  DecodePlan checked_plan(const std::string& question, const AnswerOptions& options, std::size_t frames) const {
    expect_utf8("question", question);
    expect_utf8("prompt", options.prompt);
    for (const ChatTurn& turn : options.history) {
      expect_utf8("question of the history", turn.question);
      expect_utf8("answer of the history", turn.answer);
    }
    DecodePlan plan = plan_answer(loaded(), question, options, frames);
    task_texts(loaded())->expect_question(question, plan);
    return plan;
  }

  std::vector<Features> encode_pictures(std::span<const ImageView> images) {
    session_->throw_if_cancelled();
    const std::int64_t side = checkpoint().config.vision.image_size;
    const auto size = static_cast<std::size_t>(3 * side * side);
    const auto request = std::make_shared<VisionRequest>(session_->caller(), images.size(), side);
    bool all_known = true;
    for (std::size_t i = 0; i < images.size() && !request->stale(); ++i) {
      const std::span<float> pixels = std::span(request->pixels).subspan(i * size, size);
      preprocess(images[i], side, pixels.data(), converter_);
      request->hashes[i] = hash_pixels(pixels);
      request->features[i] = model_->cache->find({model_->served.features_key, request->hashes[i]});
      all_known = all_known && request->features[i] != nullptr;
    }
    if (request->stale() || !all_known) {
      run(request);
    } else {
      model_->served.counters->features_reused += images.size();
    }
    return std::move(request->features);
  }

  std::shared_ptr<const OpenModel> model_;
  std::unique_ptr<Session> session_;
  ColorConverter converter_;  // the calling thread's
};

}  // namespace

std::unique_ptr<Stream> make_engine_stream(std::shared_ptr<const OpenModel> model, const StreamOptions& options) {
  return std::make_unique<EngineStream>(std::move(model), options);
}

}  // namespace blip
