#include "pipelines/searching/hit_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/pipelines/searching/two_hits.h"

namespace blip {
namespace {

using test::two_hits;

TEST(HitJson, IsAnObjectALineInSeconds) {
  SearchRequest request;
  const std::string text = json_of_hits(request, two_hits(), false);
  const auto first = nlohmann::json::parse(text.substr(0, text.find('\n')));
  EXPECT_EQ(first.at("rank"), 1);
  EXPECT_EQ(first.at("start"), 62.0);
  EXPECT_EQ(first.at("end"), 3723.5);
  EXPECT_EQ(first.at("segments"), nlohmann::json({11, 12}));
  EXPECT_EQ(first.at("caption"), "a red\ncircle");
  EXPECT_DOUBLE_EQ(first.at("match"), 0.938);
  EXPECT_FALSE(first.contains("parts"));
  const auto second = nlohmann::json::parse(text.substr(text.find('\n') + 1));
  EXPECT_TRUE(second.at("similarity").is_null());
}

TEST(HitJson, ExplainsAndSumsUp) {
  const std::string text = json_of_hits({}, two_hits(), true);
  EXPECT_EQ(nlohmann::json::parse(text.substr(0, text.find('\n'))).at("parts").at("similarity_rank"), 2);
  const std::string lines = text.substr(0, text.size() - 1);
  const auto last = nlohmann::json::parse(lines.substr(lines.rfind('\n') + 1)).at("search");
  EXPECT_EQ(last.at("below_cutoff"), 62);
  EXPECT_DOUBLE_EQ(last.at("cutoff"), 0.25);
}

TEST(HitJson, StaysJsonWhateverBytesAPathHas) {
  SearchResult result = two_hits();
  result.hits[0].path = "/a/\xff\"b";
  EXPECT_NO_THROW(
      nlohmann::json::parse(json_of_hits({}, result, false).substr(0, json_of_hits({}, result, false).find('\n'))));
}

}  // namespace
}  // namespace blip
