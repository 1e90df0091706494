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
    scores.push_back(
        {queries[q].text, similarity(embedding, texts.row(static_cast<std::int64_t>(q))), queries[q].negative});
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

// What the model makes of a frame.
struct Encoded {
  Features features;
  std::vector<float> embedding;  // row after row; empty when the checkpoint has none
  std::int64_t embedding_rows = 1;
};

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

  Asked asked(const SettingsPtr&, const AnalysisInput&) override { return {}; }

  std::vector<Outcome<Seen>> look(Stream& stream, const void*, std::span<const AnalysisInput> inputs) override {
    auto seen = encode(stream, inputs);
    if (seen.ok()) return {seen.value().begin(), seen.value().end()};
    return std::vector<Outcome<Seen>>(inputs.size(), seen.failure());
  }

  Outcome<Finding> conclude(Stream& stream, const void* settings, AnalysisInput& input, const Seen& seen) override {
    const auto& now = *static_cast<const EncoderSettings*>(settings);
    const auto& encoded = *static_cast<const Encoded*>(seen.get());
    FrameFeatures made{now.features ? encoded.features : nullptr, encoded.embedding, {}};
    made.of_similar = input.repeat == Repeat::kSimilar;
    Finding finding;
    if (abilities_.embed) {
      auto compared = compare(stream, now, made, encoded.embedding_rows, finding);
      if (compared) return *compared;
      auto remembered = remember(stream, now, encoded.features, input, finding);
      if (remembered) return *remembered;
    } else if (!now.queries.empty()) {
      return no_embeddings();
    }
    input.made = std::make_shared<const FrameFeatures>(std::move(made));
    return finding;
  }

 private:
  Failure no_embeddings() const {
    return {ErrorKind::kUnsupported, "'" + name_ + "' is a " + abilities_.layout +
                                         " checkpoint without the image-text contrastive head (ITC) that queries need: "
                                         "use a retrieval or pre-training checkpoint"};
  }

  Outcome<std::vector<Seen>> encode(Stream& stream, std::span<const AnalysisInput> inputs) const {
    std::vector<ImageView> images;
    for (const AnalysisInput& input : inputs) images.push_back(*input.image);
    auto features = stream.encode(images);
    if (!features.ok()) return features.failure();
    std::vector<Encoded> made;
    for (Features& frame : features.value()) made.push_back({std::move(frame), {}, 1});
    if (abilities_.embed) {
      std::vector<Clip> clips;
      for (const Encoded& frame : made) clips.push_back({{frame.features}});
      const auto embeddings = stream.embed_clips(clips);
      if (!embeddings.ok()) return embeddings.failure();
      const std::vector<float>& numbers = embeddings.value().values;
      const auto each = static_cast<std::ptrdiff_t>(numbers.size() / made.size());
      for (std::size_t i = 0; i < made.size(); ++i) {
        const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(i) * each;
        made[i].embedding.assign(begin, begin + each);
        made[i].embedding_rows = embeddings.value().rows / std::ssize(made);
      }
    }
    std::vector<Seen> seen;
    for (Encoded& frame : made) seen.push_back(std::make_shared<const Encoded>(std::move(frame)));
    return seen;
  }

  // Scores the frame against the queries as they are now.
  std::optional<Failure> compare(Stream& stream, const EncoderSettings& now, FrameFeatures& made, std::int64_t rows,
                                 Finding& finding) {
    if (const auto failure = source_.refresh(now.queries))
      finding.warnings.push_back("the queries stay as they were: " + failure->message);
    const std::vector<Query>& queries = source_.queries();
    if (auto failure = embeddings_.update(stream, queries, source_.version(), split_texts(now.query_template)))
      return failure;
    if (!queries.empty()) made.scores = scores_of(made.embedding, queries, embeddings_.matrix());
    finding.text = best_text(made.scores, now.threshold);
    if (!made.scores.empty()) finding.fields.push_back({"scores", told(made.scores, now)});
    finding.fields.push_back({"embedding", made.embedding});
    if (rows > 1) finding.fields.push_back({"embedding_rows", rows});
    return std::nullopt;
  }

  // Adds the embedding of the newest frames together.
  std::optional<Failure> remember(Stream& stream, const EncoderSettings& now, const Features& frame,
                                  const AnalysisInput& input, Finding& finding) {
    if (now.clip_frames == 1) return std::nullopt;
    memory_.add(frame, input.times.stream_time, now);
    const Clip clip = memory_.clip();
    const auto mean = stream.embed_clips({&clip, 1});
    if (!mean.ok()) return mean.failure();
    finding.fields.push_back({"clip_embedding", mean.value().values});
    return std::nullopt;
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
