#include "pipelines/serve/search_parameters.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace blip {
namespace {

using Parameters = std::multimap<std::string, std::string>;

std::string refusal_of(const Parameters& parameters) {
  try {
    parse_search(parameters);
  } catch (const Error& e) {
    EXPECT_EQ(static_cast<int>(e.kind()), static_cast<int>(ErrorKind::kInvalidArgument));
    EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos);
    return e.what();
  }
  return {};
}

TEST(SearchParameters, TextsHaveWeights) {
  const auto parsed = parse_search({{"q", "a dog"}, {"q", "a ball"}, {"w", "2.5:grass: green"}, {"not", "night"}});
  const auto& texts = parsed.request.texts;
  ASSERT_EQ(texts.size(), 4u);
  const auto weight_of = [&](const std::string& text) {
    for (const WeightedText& term : texts)
      if (term.text == text) return term.weight;
    return 0.0;
  };
  EXPECT_EQ(weight_of("a dog"), 1);
  EXPECT_EQ(weight_of("a ball"), 1);
  EXPECT_EQ(weight_of("grass: green"), 2.5);
  EXPECT_EQ(weight_of("night"), -1);
}

TEST(SearchParameters, EverythingElseIsRead) {
  const auto parsed = parse_search({{"words", "red AND circle"},
                                    {"like", "7"},
                                    {"path", "*.mp4"},
                                    {"path", "b"},
                                    {"video", "3"},
                                    {"from", "1.5"},
                                    {"to", "2"},
                                    {"since", "2026-03-01"},
                                    {"until", "2026-03-01"},
                                    {"min_duration", "0.25"},
                                    {"max_duration", "60"},
                                    {"min_score", "-0.5"},
                                    {"cutoff", "0"},
                                    {"mode", "words"},
                                    {"order", "time"},
                                    {"rerank", "0"},
                                    {"by_video", "1"},
                                    {"explain", "1"},
                                    {"offset", "20"},
                                    {"limit", "5"}});
  const SearchRequest& request = parsed.request;
  EXPECT_EQ(request.words, "red AND circle");
  EXPECT_EQ(request.like, 7);
  EXPECT_EQ(request.filter.paths, (std::vector<std::string>{"*.mp4", "b"}));
  EXPECT_EQ(request.filter.videos, std::vector<VideoId>{3});
  EXPECT_EQ(request.filter.from, 1'500'000'000);
  EXPECT_EQ(request.filter.to, 2'000'000'000);
  EXPECT_EQ(request.filter.since, 1772323200);
  EXPECT_EQ(request.filter.until, 1772323200 + 86399) << "the whole day";
  EXPECT_EQ(request.filter.shortest, 250'000'000);
  EXPECT_EQ(request.filter.longest, 60'000'000'000);
  EXPECT_EQ(request.min_score, -0.5);
  EXPECT_EQ(request.cutoff, 0);
  EXPECT_EQ(request.mode, SearchMode::kWords);
  EXPECT_EQ(request.order, SearchRequest::Order::kTime);
  EXPECT_EQ(request.rerank, 0);
  EXPECT_TRUE(request.by_video);
  EXPECT_TRUE(parsed.explain);
  EXPECT_EQ(request.offset, 20);
  EXPECT_EQ(request.limit, 5);
}

TEST(SearchParameters, WhatIsLeftOutIsTheRequestsDefault) {
  const auto parsed = parse_search({{"q", "x"}, {"path", ""}, {"from", ""}});
  EXPECT_EQ(parsed.request.limit, SearchRequest().limit);
  EXPECT_EQ(parsed.request.rerank, SearchRequest().rerank);
  EXPECT_TRUE(parsed.request.filter.empty()) << "empty fields of a form say nothing";
  EXPECT_FALSE(parsed.request.cutoff);
}

TEST(SearchParameters, SecondsSince1970AreADate) {
  EXPECT_EQ(parse_search({{"since", "1772323200"}}).request.filter.since, 1772323200);
}

TEST(SearchParameters, NamesWhatIsWrong) {
  for (const auto& [name, value] : Parameters{
           {"from", "x"},      {"from", "-1"},          {"from", "1e99"},    {"from", "nan"},   {"to", "inf"},
           {"since", "March"}, {"since", "2026-13-01"}, {"like", "0"},       {"like", "1.5"},   {"video", "-1"},
           {"mode", "magic"},  {"order", "random"},     {"by_video", "yes"}, {"cutoff", "1.1"}, {"min_score", "2"},
           {"limit", "0"},     {"limit", "100000"},     {"offset", "-1"},    {"rerank", "1e3"}, {"w", "no weight"},
           {"w", "0:x"},       {"w", "1000:x"},         {"q", "\xff"},       {"limit", ""}}) {
    const std::string refusal = refusal_of({{name, value}});
    EXPECT_NE(refusal.find(name), std::string::npos) << name << "=" << value << ": " << refusal;
  }
  EXPECT_NE(refusal_of({{"qq", "x"}}).find("qq"), std::string::npos);
}

TEST(SearchParameters, BoundsHowMuchIsAsked) {
  EXPECT_NE(refusal_of({{"q", std::string(1001, 'a')}}), "");
  Parameters texts, paths;
  for (int i = 0; i < 17; ++i) texts.emplace("q", "x");
  for (int i = 0; i < 257; ++i) paths.emplace("path", "x");
  EXPECT_NE(refusal_of(texts), "");
  EXPECT_NE(refusal_of(paths), "");
}

TEST(SearchParameters, ControlCharactersAreBlanks) {
  EXPECT_EQ(parse_search({{"q", "a\n\x01 dog"}}).request.texts.at(0).text, "a   dog");
}

}  // namespace
}  // namespace blip
