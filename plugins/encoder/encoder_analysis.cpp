#include "plugins/encoder/encoder_analysis.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "plugins/queries/query_embeddings.h"

namespace blip {
namespace {

using Features = std::shared_ptr<const ImageFeatures>;

// The newest sampled frames, whose mean makes the clip embedding.
class ClipMemory {
 public:
  void add(Features frame, std::uint64_t stream_time, const EncoderSettings& settings) {
    frames_.push_back({std::move(frame), stream_time});
    const auto most = static_cast<std::size_t>(settings.clip_frames);
    const auto too_old = [&](const Entry& entry) {
      return settings.clip_duration > 0 && stream_time > entry.stream_time + settings.clip_duration;
    };
    while (frames_.size() > most || too_old(frames_.front())) frames_.pop_front();
  }
  Clip clip() const {
    Clip clip;
    for (const Entry& entry : frames_) clip.frames.push_back(entry.frame);
    return clip;
  }
  void reset() { frames_.clear(); }

 private:
  struct Entry {
    Features frame;
    std::uint64_t stream_time;
  };
  std::deque<Entry> frames_;
};

std::vector<QueryScore> scores_of(std::span<const float> embedding, const std::vector<Query>& queries,
                                  const Matrix& texts) {
  std::vector<QueryScore> scores;
  for (std::size_t q = 0; q < queries.size(); ++q)
    scores.push_back({queries[q].text, dot(embedding, texts.row(static_cast<std::int64_t>(q))), queries[q].negative});
  std::stable_sort(scores.begin(), scores.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  return scores;
}

// The best query's text, unless a negative one is better still.
std::string best_text(const std::vector<QueryScore>& scores, double threshold) {
  if (scores.empty() || scores.front().negative || scores.front().score < threshold) return {};
  return scores.front().query;
}

std::vector<Record> told(const std::vector<QueryScore>& scores, const EncoderSettings& settings) {
  std::vector<Record> records;
  for (const QueryScore& score : scores) {
    if (score.score < settings.threshold) break;
    if (settings.top_k > 0 && records.size() == static_cast<std::size_t>(settings.top_k)) break;
    records.push_back({{"query", score.query}, {"score", score.score}, {"negative", score.negative}});
  }
  return records;
}

class EncoderAnalysis final : public Analysis {
 public:
  explicit EncoderAnalysis(const Guarded<EncoderSettings>& settings) : settings_(settings) {}

  bool reads_features() const override { return false; }
  const char* result_name() const override { return "blip-itc"; }
  const char* message_name() const override { return "blip-itc"; }
  SettingsPtr settings() const override { return settings_.snapshot(); }
  WindowOptions window(const void*) const override { return {}; }
  void restart() override { memory_.reset(); }

  Outcome<std::vector<std::string>> accept(const Model& model) override {
    const auto now = settings_.snapshot();
    abilities_ = model.abilities();
    name_ = model.name();
    embeddings_.reset();
    if (!abilities_.embed && (!now->queries.empty() || now->clip_frames > 1)) return no_embeddings();
    if (auto failure = source_.refresh(now->queries)) return *failure;
    return std::vector<std::string>();
  }

  std::vector<Outcome<Finding>> analyse(Stream& stream, const void* settings,
                                        std::span<AnalysisInput> inputs) override {
    const auto& now = *static_cast<const EncoderSettings*>(settings);
    auto found = find(stream, now, inputs);
    if (found.ok()) return std::move(found.value());
    return std::vector<Outcome<Finding>>(inputs.size(), found.failure());
  }

 private:
  Failure no_embeddings() const {
    return {ErrorKind::kUnsupported, "'" + name_ + "' is a " + abilities_.layout +
                                         " checkpoint without the image-text contrastive head (ITC) that queries need: "
                                         "use a retrieval or pre-training checkpoint"};
  }

  Outcome<std::vector<Outcome<Finding>>> find(Stream& stream, const EncoderSettings& now,
                                              std::span<AnalysisInput> inputs) {
    std::vector<ImageView> images;
    for (const AnalysisInput& input : inputs) images.push_back(*input.image);
    auto features = stream.encode(images);
    if (!features.ok()) return features.failure();
    if (!abilities_.embed) {
      if (!now.queries.empty()) return no_embeddings();
      return without_embeddings(now, features.value(), inputs);
    }
    std::vector<Clip> clips;
    for (const Features& frame : features.value()) clips.push_back({{frame}});
    const auto embeddings = stream.embed_clips(clips);
    if (!embeddings.ok()) return embeddings.failure();
    std::vector<std::string> warnings;
    if (const auto failure = source_.refresh(now.queries))
      warnings.push_back("the queries stay as they were: " + failure->message);
    if (const auto failure =
            embeddings_.update(stream, source_.queries(), source_.version(), split_texts(now.query_template)))
      return *failure;

    std::vector<Outcome<Finding>> findings;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto row = embeddings.value().row(static_cast<std::int64_t>(i));
      FrameFeatures made{now.features ? features.value()[i] : nullptr, {row.begin(), row.end()}, {}};
      if (!source_.queries().empty()) made.scores = scores_of(row, source_.queries(), embeddings_.matrix());
      Finding finding;
      finding.text = best_text(made.scores, now.threshold);
      if (!made.scores.empty()) finding.fields.push_back({"scores", told(made.scores, now)});
      finding.fields.push_back({"embedding", made.embedding});
      if (now.clip_frames > 1) {
        memory_.add(features.value()[i], inputs[i].times.stream_time, now);
        const Clip clip = memory_.clip();
        const auto mean = stream.embed_clips({&clip, 1});
        if (!mean.ok()) return mean.failure();
        finding.fields.push_back({"clip_embedding", mean.value().values});
      }
      finding.warnings = std::exchange(warnings, {});
      inputs[i].made = std::make_shared<const FrameFeatures>(std::move(made));
      findings.emplace_back(std::move(finding));
    }
    return findings;
  }

  // Of checkpoints that only caption or answer.
  static std::vector<Outcome<Finding>> without_embeddings(const EncoderSettings& now,
                                                          const std::vector<Features>& features,
                                                          std::span<AnalysisInput> inputs) {
    for (std::size_t i = 0; i < inputs.size(); ++i)
      inputs[i].made =
          std::make_shared<const FrameFeatures>(FrameFeatures{now.features ? features[i] : nullptr, {}, {}});
    return std::vector<Outcome<Finding>>(inputs.size(), Finding());
  }

  const Guarded<EncoderSettings>& settings_;
  ModelAbilities abilities_;
  std::string name_;
  QuerySource source_;
  QueryEmbeddings embeddings_;
  ClipMemory memory_;
};

}  // namespace

std::unique_ptr<Analysis> make_encoder_analysis(const Guarded<EncoderSettings>& settings) {
  return std::make_unique<EncoderAnalysis>(settings);
}

}  // namespace blip
