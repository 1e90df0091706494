#include "pipelines/matching/match_record.h"

#include <nlohmann/json.hpp>

#include "pipelines/elements/element_record.h"

namespace blip {

MatchRecord parse_match_record(std::string_view json) {
  MatchRecord match;
  const TimedRecord record =
      parse_element_record("blipfilter", json, [&match](const nlohmann::json& fields, const TimedRecord&) {
        const auto& scores = fields.at("scores");
        for (const auto& score : scores)
          match.scores.push_back({score.at("query").get<std::string>(), score.at("probability").get<double>(),
                                  score.at("matched").get<bool>()});
        match.scores_json = scores.dump();
      });
  match.start = record.start;
  match.end = record.end;
  match.matched = record.text;
  return match;
}

}  // namespace blip
