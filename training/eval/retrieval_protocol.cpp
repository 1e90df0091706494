#include "training/eval/retrieval_protocol.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/tasks/abilities.h"
#include "core/tasks/embedder.h"
#include "core/tasks/matcher.h"
#include "core/text/caption_text.h"
#include "training/eval/packed_numbers.h"

namespace blip {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kTextsTogether = 256;  // as the original embeds them

std::string medium_key(const Medium& medium) {
  return "medium " + medium.id;
}
std::string text_key(std::size_t text) {
  return "text " + std::to_string(text);
}

// One evaluation of one shard.
class RetrievalRun {
 public:
  RetrievalRun(LoadedModel& model, const RetrievalBenchmark& benchmark, MediaFeatures& features,
               const RetrievalSettings& settings, const Shard& shard, SampleRecords& records, const RunHooks& hooks)
      : model_(model),
        benchmark_(benchmark),
        features_(features),
        settings_(settings),
        shard_(shard),
        records_(records),
        hooks_(hooks),
        reasons_(benchmark.media.size()) {
    for (const std::string& text : benchmark.texts) cleaned_.push_back(pre_caption(text, settings.max_words));
  }

  void run() {
    embed_texts_in_parts();
    embed_media();
    append_texts();
    match_pairs();
  }

 private:
  void embed_texts_in_parts() {
    texts_ = Matrix(static_cast<std::int64_t>(cleaned_.size()), model_.checkpoint.config.embed_width);
    for (std::size_t first = 0; first < cleaned_.size(); first += kTextsTogether) {
      hooks_.at("texts", first, cleaned_.size());
      const std::size_t count = std::min(kTextsTogether, cleaned_.size() - first);
      const Matrix part = embed_texts(model_, std::span(cleaned_).subspan(first, count), settings_.max_tokens);
      std::copy(part.values.begin(), part.values.end(), texts_.row(static_cast<std::int64_t>(first)).begin());
    }
  }

  void embed_media() {
    media_ = Matrix(static_cast<std::int64_t>(benchmark_.media.size()),
                    model_.checkpoint.config.embed_width * abilities_of(model_.checkpoint).embeddings_per_clip);
    std::vector<std::size_t> unknown;
    for (std::size_t m = 0; m < benchmark_.media.size(); ++m) {
      const Json* record = records_.find(medium_key(benchmark_.media[m]));
      if (record != nullptr && record->contains("embedding"))
        set_embedding(m, unpack_floats(record->at("embedding").get<std::string>()));
      else if (record != nullptr)
        reasons_[m] = record->at("failed").get<std::string>();
      else
        unknown.push_back(m);
    }
    std::size_t done = 0;
    features_.for_each(
        unknown,
        [&](std::size_t m, const MediumFeatures& features) {
          hooks_.at("encoding", done++, unknown.size());
          set_embedding(m, embed_clips(model_, std::span(&features.frames, 1)).values);
        },
        [&](std::size_t m, const std::string& reason) { reasons_[m] = reason; });
  }

  void set_embedding(std::size_t medium, std::span<const float> values) {
    const auto row = media_.row(static_cast<std::int64_t>(medium));
    if (values.size() != row.size())
      throw Error(ErrorKind::kInvalidData, "the record of '" + benchmark_.media[medium].id + "' has an embedding of " +
                                               std::to_string(values.size()) + " numbers; the model makes " +
                                               std::to_string(row.size()));
    std::copy(values.begin(), values.end(), row.begin());
  }

  bool is_there(std::size_t medium) const { return reasons_[medium].empty(); }

  void append_texts() {
    for (std::size_t t = 0; t < cleaned_.size(); ++t) {
      const std::size_t medium = benchmark_.media_of_text[t];
      const std::string key = text_key(t);
      if (!takes(shard_, medium) || !is_there(medium) || records_.find(key) != nullptr) continue;
      records_.append(static_cast<std::int64_t>(benchmark_.media.size() + t), key,
                      {{"index", t},
                       {"medium", medium},
                       {"text", benchmark_.texts[t]},
                       {"embedding", pack_floats(texts_.row(static_cast<std::int64_t>(t)))}});
    }
  }

  // Which texts each medium is matched with: its own best, and those that have it among theirs.
  std::vector<std::vector<std::size_t>> wanted_pairs() const {
    std::vector<std::size_t> media, texts;  // of those that are there
    for (std::size_t m = 0; m < benchmark_.media.size(); ++m)
      if (is_there(m)) media.push_back(m);
    for (std::size_t t = 0; t < cleaned_.size(); ++t)
      if (is_there(benchmark_.media_of_text[t])) texts.push_back(t);
    const Candidates chosen = choose_candidates(rows_of(media_, media), rows_of(texts_, texts), settings_.k);
    std::vector<std::vector<std::size_t>> wanted(benchmark_.media.size());
    for (std::size_t m = 0; m < media.size(); ++m)
      for (const std::size_t t : chosen.texts_of_medium[m]) wanted[media[m]].push_back(texts[t]);
    for (std::size_t t = 0; t < texts.size(); ++t)
      for (const std::size_t m : chosen.media_of_text[t]) wanted[media[m]].push_back(texts[t]);
    for (auto& pairs : wanted) {
      std::sort(pairs.begin(), pairs.end());
      pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    }
    return wanted;
  }

  static Matrix rows_of(const Matrix& matrix, const std::vector<std::size_t>& rows) {
    Matrix result(static_cast<std::int64_t>(rows.size()), matrix.columns);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const auto from = matrix.row(static_cast<std::int64_t>(rows[r]));
      std::copy(from.begin(), from.end(), result.row(static_cast<std::int64_t>(r)).begin());
    }
    return result;
  }

  void match_pairs() {
    const auto wanted = wanted_pairs();
    MatchOptions options;
    options.max_tokens = settings_.max_tokens;
    const auto ids = match_ids(model_, cleaned_, options);
    std::vector<std::size_t> own;
    for (std::size_t m = 0; m < benchmark_.media.size(); ++m) {
      if (!takes(shard_, m) || records_.find(medium_key(benchmark_.media[m])) != nullptr) continue;
      if (is_there(m))
        own.push_back(m);
      else
        append_medium(m, {{"index", m}, {"failed", reasons_[m]}, {"lost_texts", texts_lost(m)}});
    }
    if (settings_.k == 0) {
      for (const std::size_t m : own) append_matched(m, {}, {});
      return;
    }
    std::size_t done = 0;
    features_.for_each(
        own,
        [&](std::size_t m, const MediumFeatures& features) {
          hooks_.at("matching", done++, own.size());
          std::vector<ClipText> pairs;
          for (const std::size_t t : wanted[m]) pairs.push_back({&features.joined, ids[t]});
          append_matched(m, wanted[m], model_.backend->match(pairs));
        },
        [&](std::size_t m, const std::string& reason) {
          throw Error(ErrorKind::kFailed, "'" + benchmark_.media[m].id + "' could be read before: " + reason);
        });
  }

  std::int64_t texts_lost(std::size_t medium) const {
    return std::count(benchmark_.media_of_text.begin(), benchmark_.media_of_text.end(), medium);
  }

  void append_matched(std::size_t medium, const std::vector<std::size_t>& texts, const Matrix& logits) {
    std::vector<float> match;
    for (std::int64_t p = 0; p < logits.rows; ++p) match.push_back(logits.row(p)[1]);
    append_medium(medium, {{"index", medium},
                           {"embedding", pack_floats(media_.row(static_cast<std::int64_t>(medium)))},
                           {"texts", pack_indices(std::vector<std::int32_t>(texts.begin(), texts.end()))},
                           {"logits", pack_floats(match)}});
  }

  void append_medium(std::size_t medium, const Json& record) {
    records_.append(static_cast<std::int64_t>(medium), medium_key(benchmark_.media[medium]), record);
  }

  LoadedModel& model_;
  const RetrievalBenchmark& benchmark_;
  MediaFeatures& features_;
  const RetrievalSettings& settings_;
  const Shard& shard_;
  SampleRecords& records_;
  const RunHooks& hooks_;
  std::vector<std::string> cleaned_;
  std::vector<std::string> reasons_;  // [media] why it cannot be read; empty = it can
  Matrix media_, texts_;              // unit embeddings, all of a medium in a row
};

template <class Item>
Matrix embeddings_of(const std::vector<Item>& items) {
  Matrix matrix(static_cast<std::int64_t>(items.size()),
                items.empty() ? 0 : static_cast<std::int64_t>(items.front().embedding.size()));
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].embedding.size() != static_cast<std::size_t>(matrix.columns))
      throw Error(ErrorKind::kInvalidData, "embeddings of different models: " + std::to_string(matrix.columns) +
                                               " numbers and " + std::to_string(items[i].embedding.size()));
    std::copy(items[i].embedding.begin(), items[i].embedding.end(), matrix.row(static_cast<std::int64_t>(i)).begin());
  }
  return matrix;
}

}  // namespace

void run_retrieval(LoadedModel& model, const RetrievalBenchmark& benchmark, MediaFeatures& features,
                   const RetrievalSettings& settings, const Shard& shard, SampleRecords& records,
                   const RunHooks& hooks) {
  need_embeddings(model.checkpoint);
  if (settings.k > 0) need_matching(model.checkpoint);
  RetrievalRun(model, benchmark, features, settings, shard, records, hooks).run();
}

void RetrievalCollector::add(const std::string& key, const Json& record) {
  const auto index = record.at("index").get<std::int64_t>();
  if (key.starts_with("text ")) {
    texts_.push_back({index, record.at("medium").get<std::int64_t>(), record.at("text").get<std::string>(),
                      unpack_floats(record.at("embedding").get<std::string>())});
    return;
  }
  const std::string id = key.substr(std::string("medium ").size());
  if (record.contains("failed")) {
    failed_.push_back(id + ": " + record.at("failed").get<std::string>());
    return;
  }
  media_.push_back({index, id, unpack_floats(record.at("embedding").get<std::string>()),
                    unpack_indices(record.at("texts").get<std::string>()),
                    unpack_floats(record.at("logits").get<std::string>())});
}

RetrievalScores RetrievalCollector::scores() const {
  auto media = media_;
  auto texts = texts_;
  std::sort(media.begin(), media.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
  std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
  std::unordered_map<std::int64_t, std::size_t> place;
  for (std::size_t m = 0; m < media.size(); ++m) place.emplace(media[m].index, m);

  RetrievalScores scores;
  for (const auto& medium : media) scores.media.push_back(medium.id);
  for (const auto& text : texts) {
    const auto found = place.find(text.medium);
    if (found == place.end())
      throw Error(ErrorKind::kInvalidData,
                  "there is a record of text " + std::to_string(text.index) + " but none of its medium");
    scores.texts.push_back(text.text);
    scores.media_of_text.push_back(found->second);
  }
  const bool by_cosine = settings_.k == 0;
  const std::size_t k = by_cosine ? std::max(media.size(), texts.size()) : settings_.k;
  Candidates chosen = choose_candidates(embeddings_of(media), embeddings_of(texts), k);
  const auto score = [&](std::size_t m, std::size_t t) {
    const float similarity = cosine(media[m].embedding, texts[t].embedding);
    if (by_cosine) return similarity;
    const auto& matched = media[m].texts;  // ascending
    const auto found = std::lower_bound(matched.begin(), matched.end(), static_cast<std::int32_t>(texts[t].index));
    if (found == matched.end() || *found != texts[t].index)
      throw Error(ErrorKind::kInvalidData, "the record of '" + media[m].id + "' lacks text " +
                                               std::to_string(texts[t].index) +
                                               ": the records belong to different runs");
    return media[m].logits.at(static_cast<std::size_t>(found - matched.begin())) + similarity;
  };
  for (std::size_t m = 0; m < media.size(); ++m) {
    RankedQuery query{std::move(chosen.texts_of_medium[m]), {}};
    for (const std::size_t t : query.candidates) query.scores.push_back(score(m, t));
    scores.by_medium.push_back(std::move(query));
  }
  for (std::size_t t = 0; t < texts.size(); ++t) {
    RankedQuery query{std::move(chosen.media_of_text[t]), {}};
    for (const std::size_t m : query.candidates) query.scores.push_back(score(m, t));
    scores.by_text.push_back(std::move(query));
  }
  return scores;
}

}  // namespace blip
