#include "training/capfilt/noise_score.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "training/capfilt/shard_pictures.h"
#include "training/data/shard_reader.h"
#include "training/synth/truth.h"

namespace blip {
namespace {

double share_of(std::int64_t part, std::int64_t all) {
  return all == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(all);
}

// What is true of the samples of a shard, asked for in its order.
class ShardFacts {
 public:
  explicit ShardFacts(const std::filesystem::path& shard) : shard_(shard), index_(index_shard(shard)) {}

  synth::SceneFacts of(const std::string& key) {
    for (; next_ < index_.positions.size(); ++next_) {
      const ShardSample sample = read_shard_sample(shard_, index_.positions[next_]);
      if (sample.key != key) continue;
      const std::string where = "shard '" + shard_.string() + "' sample '" + key + "'";
      const std::string* text = sample.find("json");
      const auto json = nlohmann::json::parse(text == nullptr ? "" : *text, nullptr, /*allow_exceptions=*/false);
      if (!json.is_object() || !json.contains("shapes"))
        throw Error(ErrorKind::kInvalidData,
                    where + " does not say what its picture shows; give data of blip-train synth");
      return synth::facts_from_json(json, where);
    }
    throw Error(ErrorKind::kInvalidData, "shard '" + shard_.string() + "' has no sample '" + key + "' any more");
  }

 private:
  std::filesystem::path shard_;
  ShardIndex index_;
  std::size_t next_ = 0;
};

void count(const JudgedText& text, const synth::SceneFacts& facts, NoiseScore& score) {
  if (text.verdict == Verdict::kFailed) {
    ++score.unjudged;
    return;
  }
  const bool kept = text.verdict == Verdict::kKept;
  NoiseTally& tally = score.by_source[static_cast<std::size_t>(text.source)];
  const bool is_true = synth::judge(text.text, facts).is_true;
  ++(is_true ? (kept ? tally.true_kept : tally.true_dropped) : (kept ? tally.false_kept : tally.false_dropped));
  if (text.label.empty()) return;
  LabelTally& label = score.labels[text.label];
  ++label.in;
  label.kept += kept ? 1 : 0;
}

}  // namespace

double NoiseTally::noise_before() const noexcept {
  return share_of(false_kept + false_dropped, all());
}
double NoiseTally::noise_after() const noexcept {
  return share_of(false_kept, true_kept + false_kept);
}
double NoiseTally::keep_precision() const noexcept {
  return share_of(true_kept, true_kept + false_kept);
}
double NoiseTally::keep_recall() const noexcept {
  return share_of(true_kept, true_kept + true_dropped);
}
double NoiseTally::drop_precision() const noexcept {
  return share_of(false_dropped, true_dropped + false_dropped);
}
double NoiseTally::drop_recall() const noexcept {
  return share_of(false_dropped, false_kept + false_dropped);
}

double NoiseTally::drop_share() const noexcept {
  return share_of(true_dropped + false_dropped, all());
}

NoiseScore score_noise(const CapFiltFolder& folder) {
  NoiseScore score;
  for (std::int64_t unit = 0; unit < folder.units(); ++unit) {
    const auto summary = folder.summary(unit);
    if (!summary || summary->counts.of(TextSource::kHuman).in > 0) continue;
    OutcomeReader outcomes(folder.pairs(unit));
    ShardFacts facts(summary->name);
    for (PictureOutcome outcome; outcomes.next(outcome);) {
      if (outcome.texts.empty()) continue;
      const synth::SceneFacts shown = facts.of(outcome.key);
      for (const JudgedText& text : outcome.texts) count(text, shown, score);
    }
  }
  return score;
}

std::string noise_table(const NoiseScore& score) {
  std::string table =
      "| texts | | false | false of those kept | true ones kept | false ones dropped | false of those dropped |\n"
      "|---|---|---|---|---|---|---|\n";
  char line[256];
  for (std::size_t i = 0; i < score.by_source.size(); ++i) {
    const NoiseTally& tally = score.by_source[i];
    if (tally.all() == 0) continue;
    std::snprintf(line, sizeof line, "| %s | %lld | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% |\n",
                  kTextSourceNames[i], static_cast<long long>(tally.all()), tally.noise_before(), tally.noise_after(),
                  tally.keep_recall(), tally.drop_recall(), tally.drop_precision());
    table += line;
  }
  if (score.labels.empty()) return table;
  table += "\n| label of the web text | | kept |\n|---|---|---|\n";
  for (const auto& [label, tally] : score.labels) {
    std::snprintf(line, sizeof line, "| %s | %lld | %.1f %% |\n", label.c_str(), static_cast<long long>(tally.in),
                  share_of(tally.kept, tally.in));
    table += line;
  }
  return table;
}

nlohmann::ordered_json noise_json(const NoiseScore& score) {
  nlohmann::ordered_json json;
  for (std::size_t i = 0; i < score.by_source.size(); ++i) {
    const NoiseTally& tally = score.by_source[i];
    json[kTextSourceNames[i]] = {{"true_kept", tally.true_kept},
                                 {"true_dropped", tally.true_dropped},
                                 {"false_kept", tally.false_kept},
                                 {"false_dropped", tally.false_dropped},
                                 {"noise_before", tally.noise_before()},
                                 {"noise_after", tally.noise_after()},
                                 {"keep_precision", tally.keep_precision()},
                                 {"keep_recall", tally.keep_recall()},
                                 {"drop_precision", tally.drop_precision()},
                                 {"drop_recall", tally.drop_recall()},
                                 {"drop_share", tally.drop_share()}};
  }
  json["labels"] = nlohmann::ordered_json::object();
  for (const auto& [label, tally] : score.labels) json["labels"][label] = {{"in", tally.in}, {"kept", tally.kept}};
  json["unjudged"] = score.unjudged;
  return json;
}

}  // namespace blip
