#include "training/capfilt/capfilt_counts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace blip {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t sum(const std::map<std::string, std::int64_t>& counts) {
  std::int64_t all = 0;
  for (const auto& [reason, count] : counts) all += count;
  return all;
}

Json to_json(const Tally& tally) {
  return {{"in", tally.in}, {"kept", tally.kept}, {"dropped", tally.dropped}, {"failed", tally.failed}};
}

Tally tally_from(const Json& json, const std::string& where) {
  Tally tally;
  tally.in = json.at("in").get<std::int64_t>();
  tally.kept = json.at("kept").get<std::int64_t>();
  tally.dropped = json.at("dropped").get<std::map<std::string, std::int64_t>>();
  tally.failed = json.at("failed").get<std::map<std::string, std::int64_t>>();
  const std::int64_t out = tally.kept + tally.dropped_count() + tally.failed_count();
  if (tally.in != out)
    throw Error(ErrorKind::kInvalidData, where + ": counts do not add up: " + std::to_string(tally.in) + " went in, " +
                                             std::to_string(out) + " came out");
  return tally;
}

}  // namespace

void Tally::add(Verdict verdict, const std::string& reason) {
  ++in;
  switch (verdict) {
    case Verdict::kKept:
      ++kept;
      break;
    case Verdict::kDropped:
      ++dropped[reason];
      break;
    case Verdict::kFailed:
      ++failed[reason];
      break;
  }
}

void Tally::add(const Tally& other) {
  in += other.in;
  kept += other.kept;
  for (const auto& [reason, count] : other.dropped) dropped[reason] += count;
  for (const auto& [reason, count] : other.failed) failed[reason] += count;
}

std::int64_t Tally::dropped_count() const {
  return sum(dropped);
}

std::int64_t Tally::failed_count() const {
  return sum(failed);
}

void CapFiltCounts::add(const PictureOutcome& outcome) {
  pictures.add(outcome.verdict, outcome.reason);
  for (const JudgedText& text : outcome.texts) {
    const auto source = static_cast<std::size_t>(text.source);
    texts[source].add(text.verdict, text.reason);
    if (!text.match || source >= match.size()) continue;
    const auto bin = static_cast<std::size_t>(std::clamp(*text.match, 0.0, 1.0) * kMatchBins);
    ++match[source][std::min(bin, kMatchBins - 1)];
  }
}

void CapFiltCounts::add(const CapFiltCounts& other) {
  pictures.add(other.pictures);
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i].add(other.texts[i]);
  for (std::size_t i = 0; i < match.size(); ++i)
    for (std::size_t k = 0; k < kMatchBins; ++k) match[i][k] += other.match[i][k];
}

std::int64_t CapFiltCounts::kept_pairs() const {
  std::int64_t kept = 0;
  for (const Tally& tally : texts) kept += tally.kept;
  return kept;
}

Json to_json(const CapFiltCounts& counts) {
  Json json;
  json["pictures"] = to_json(counts.pictures);
  for (std::size_t i = 0; i < counts.texts.size(); ++i) {
    json[kTextSourceNames[i]] = to_json(counts.texts[i]);
    if (i < counts.match.size()) json[kTextSourceNames[i]]["match"] = counts.match[i];
  }
  return json;
}

CapFiltCounts counts_from_json(const Json& json, const std::string& where) {
  CapFiltCounts counts;
  try {
    counts.pictures = tally_from(json.at("pictures"), where);
    for (std::size_t i = 0; i < counts.texts.size(); ++i) {
      const Json& source = json.at(kTextSourceNames[i]);
      counts.texts[i] = tally_from(source, where);
      if (i < counts.match.size()) counts.match[i] = source.at("match").get<std::array<std::int64_t, kMatchBins>>();
    }
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::kInvalidData, where + " holds no counts: " + error.what());
  }
  return counts;
}

}  // namespace blip
