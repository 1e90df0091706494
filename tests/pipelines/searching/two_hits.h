#pragma once

#include "pipelines/searching/search_request.h"

namespace blip::test {

inline constexpr std::int64_t kSecond = 1'000'000'000;

// Of two videos, one judged sure, one hardly.
inline SearchResult two_hits() {
  SearchResult result;
  SearchHit first;
  first.video = 3;
  first.path = "/videos/a/long name.mp4";
  first.start = 62 * kSecond;
  first.end = 3723 * kSecond + kSecond / 2;
  first.best = 12;
  first.segments = {11, 12};
  first.caption = "a red\ncircle";
  first.score = 0.938;
  first.parts.match = 0.938;
  first.parts.match_logit = 1.25;
  first.parts.similarity = 0.5;
  first.parts.similarity_rank = 2;
  SearchHit second;
  second.path = "/elsewhere/b.mp4";
  second.end = 40'000'000;
  second.subtitle = "hello";
  second.score = second.parts.match.emplace(0.004);
  result.hits = {first, second};
  result.judged = 64;
  result.below_cutoff = 62;
  result.cutoff = 0.25;
  result.calibrated = true;
  return result;
}

}  // namespace blip::test
