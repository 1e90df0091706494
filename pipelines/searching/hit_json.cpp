#include "pipelines/searching/hit_json.h"

#include <nlohmann/json.hpp>

namespace blip {
namespace {

using Json = nlohmann::ordered_json;

double seconds(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e9;
}

Json optional(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json parts_json(const ScoreParts& parts) {
  Json json;
  json["similarity"] = optional(parts.similarity);
  json["similarity_rank"] = parts.similarity_rank;
  json["words"] = optional(parts.words);
  json["words_rank"] = parts.words_rank;
  json["all_words"] = parts.all_words;
  json["phrase"] = parts.phrase;
  json["match_logit"] = optional(parts.match_logit);
  json["match"] = optional(parts.match);
  json["terms"] = Json::array();
  for (std::size_t i = 0; i < parts.terms.size(); ++i)
    json["terms"].push_back({{"text", parts.terms[i].first},
                             {"similarity", parts.terms[i].second},
                             {"match", parts.term_matches.at(i).second}});
  return json;
}

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string json_of_hits(const SearchRequest& request, const SearchResult& result, bool explain) {
  std::string text;
  std::int64_t rank = request.offset;
  for (const SearchHit& hit : result.hits) {
    Json json;
    json["rank"] = ++rank;
    json["video"] = hit.video;
    json["path"] = hit.path;
    json["start"] = seconds(hit.start);
    json["end"] = seconds(hit.end);
    json["segment"] = hit.best;
    json["frame_time"] = seconds(hit.frame_time);
    json["segments"] = hit.segments;
    json["caption"] = hit.caption;
    json["subtitle"] = hit.subtitle;
    json["score"] = hit.score;
    json["match"] = optional(hit.parts.match);
    json["by_words"] = hit.by_words;
    json["similarity"] = optional(hit.parts.similarity);
    if (explain) json["parts"] = parts_json(hit.parts);
    text += line(json);
  }
  if (!explain) return text;
  const SearchTimes& t = result.times;
  Json times;
  times["text"] = t.text;
  times["scan"] = t.scan;
  times["words"] = t.words;
  times["features"] = t.features;
  times["match"] = t.match;
  times["rows"] = t.rows;
  times["total"] = t.total;
  Json search;
  search["hits"] = result.hits.size();
  search["more"] = result.more;
  search["looked_at"] = result.looked_at;
  search["judged"] = result.judged;
  search["below_cutoff"] = result.below_cutoff;
  search["best_below_cutoff"] = optional(result.best_below_cutoff);
  search["cutoff"] = result.cutoff;
  search["calibrated"] = result.calibrated;
  search["times"] = times;
  return text + line({{"search", search}});
}

}  // namespace blip
