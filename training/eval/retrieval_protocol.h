#pragma once

#include <cstddef>
#include <cstdint>

#include "core/engine/loaded_model.h"
#include "training/benchmarks/benchmark.h"
#include "training/eval/media_features.h"
#include "training/eval/retrieval_ranking.h"
#include "training/eval/run_hooks.h"
#include "training/results/sample_records.h"

namespace blip {

struct RetrievalSettings {
  std::size_t k = 128;           // k_test: how many candidates of a query ITM ranks again; 0 = by cosine alone
  std::size_t max_words = 40;    // of a text; the original takes 40 for MSR-VTT, 30 for COCO and Flickr30k
  std::int64_t max_tokens = 35;  // [CLS] and [SEP] included
};

// Zero-shot retrieval in both directions as the original does it (eval_retrieval_video.py, train_retrieval.py): of each
// medium the mean of its frames' projections, normalised then; candidates by cosine, not divided by the temperature;
// the best k ranked again by ITM logit + cosine, the text read with [ENC] over the tokens of all frames.
//
// Each pair is computed once, whichever direction wants it, and pairs are computed medium by medium, so that keys and
// values are made once a medium. The shard computes the pairs of its own media; it encodes all.
//
// Records, for the shard's own media: "medium ID" {"index", "embedding", "texts", "logits"} (which texts it was matched
// with), or {"index", "failed", "lost_texts"}; and for their texts "text N" {"index", "medium", "text", "embedding"}.
void run_retrieval(LoadedModel& model, const RetrievalBenchmark& benchmark, MediaFeatures& features,
                   const RetrievalSettings& settings, const Shard& shard, SampleRecords& records,
                   const RunHooks& hooks = {});

// What the records of all shards say, in the order of their indices. Throws Error(kInvalidData) when a pair is missing.
class RetrievalCollector {
 public:
  explicit RetrievalCollector(const RetrievalSettings& settings) : settings_(settings) {}
  void add(const std::string& key, const nlohmann::json& record);
  RetrievalScores scores() const;
  // Names and reasons of media that could not be read.
  const std::vector<std::string>& failed() const noexcept { return failed_; }

 private:
  struct KnownMedium {
    std::int64_t index = 0;
    std::string id;
    std::vector<float> embedding;
    std::vector<std::int32_t> texts;  // their indices in the benchmark
    std::vector<float> logits;
  };
  struct KnownText {
    std::int64_t index = 0, medium = 0;
    std::string text;
    std::vector<float> embedding;
  };

  RetrievalSettings settings_;
  std::vector<KnownMedium> media_;
  std::vector<KnownText> texts_;
  std::vector<std::string> failed_;
};

}  // namespace blip
