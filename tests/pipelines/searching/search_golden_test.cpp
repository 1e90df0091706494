// Searches the clips of ShapesWorld: text to clip against the original code's recalls, and for each shot whether what
// comes first for its caption is a shot that the caption is true for.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "pipelines/elements/installation.h"
#include "pipelines/searching/relevance_report.h"
#include "pipelines/searching/searcher.h"
#include "tests/pipelines/searching/shapes_index.h"
#include "tests/support/golden.h"
#include "tests/support/golden_model.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using Json = nlohmann::json;

ModelSettings reference_model() {
  ModelSettings model;
  model.model = test::shapes_dir() / "pretrain.pth";
  return model;
}

ModelSettings shipped_model() {
  ModelSettings model;
  model.model = std::filesystem::path(BLIP_SOURCE_DIR) / "training/pretrained/retrieval";
  return model;
}

struct Recalls {
  double at_1 = 0, at_5 = 0, at_10 = 0;  // percent
};

// Each clip's caption is searched for among all clips.
Recalls clip_recalls(Searcher& searcher, bool judged) {
  std::vector<std::int64_t> places;
  const Json clips = test::read_annotations(test::shapes_dir()).at("clips");
  for (const Json& clip : clips) {
    SearchRequest request;
    request.texts = {{clip.at("caption").get<std::string>()}};
    request.mode = SearchMode::kEmbedding;
    request.by_video = true;
    request.cutoff = 0;
    request.limit = 10;
    request.rerank = judged ? 64 : 0;
    const SearchResult result = searcher.search(request);
    const auto found = std::find_if(result.hits.begin(), result.hits.end(), [&](const SearchHit& hit) {
      return std::filesystem::path(hit.path).filename() ==
             std::filesystem::path(clip.at("file").get<std::string>()).filename();
    });
    places.push_back(found == result.hits.end() ? 0 : found - result.hits.begin() + 1);
  }
  return {100 * recall_at(places, 1), 100 * recall_at(places, 5), 100 * recall_at(places, 10)};
}

bool is_true_at(const Json& clips, const SearchHit& hit, const std::string& text) {
  for (const Json& clip : clips) {
    if (std::filesystem::path(clip.at("file").get<std::string>()).filename() !=
        std::filesystem::path(hit.path).filename())
      continue;
    const double time = static_cast<double>(hit.frame_time) / 1e9;
    for (const Json& shot : clip.at("shots"))
      if (shot.at("start").get<double>() <= time && time < shot.at("end").get<double>())
        return std::any_of(shot.at("true_captions").begin(), shot.at("true_captions").end(),
                           [&](const Json& t) { return t == text; });
  }
  return false;
}

// Share of the shots for whose own caption a shot comes first that it is true for.
double share_of_true_firsts(Searcher& searcher) {
  const Json clips = test::read_annotations(test::shapes_dir()).at("clips");
  double shots = 0, right = 0;
  for (const Json& clip : clips)
    for (const Json& shot : clip.at("shots")) {
      SearchRequest request;
      const auto text = shot.at("captions").at(0).get<std::string>();
      request.texts = {{text}};
      request.mode = SearchMode::kEmbedding;
      request.cutoff = 0;
      request.limit = 1;
      const SearchResult result = searcher.search(request);
      ++shots;
      right += !result.hits.empty() && is_true_at(clips, result.hits.front(), text) ? 1 : 0;
    }
  return right / shots;
}

// expected.json's figures have four decimals.
constexpr double kRounding = 1e-3;

void expect_at_least_the_originals(const Recalls& found) {
  const Json expected = test::read_json(test::shapes_dir() / "expected.json").at("retrieval").at("itm_rerank");
  EXPECT_GE(found.at_1, expected.at("vid_r1").get<double>() - kRounding);
  EXPECT_GE(found.at_5, expected.at("vid_r5").get<double>() - kRounding);
  EXPECT_GE(found.at_10, expected.at("vid_r10").get<double>() - kRounding);
}

TEST(SearchGolden, TheReferenceModelFindsClipsAsTheOriginalCodeDoes) {
  test::TempDir folder;
  const auto index = folder.path() / "index.db";
  test::make_shapes_index(index, test::shapes_dir(), reference_model(), true);
  Searcher searcher(index, {});
  expect_at_least_the_originals(clip_recalls(searcher, true));
}

TEST(SearchGolden, TheShippedModelFindsClipsAndShotsThatTheirCaptionsAreTrueFor) {
  test::TempDir folder;
  const auto index = folder.path() / "index.db";
  test::make_shapes_index(index, test::shapes_dir(), shipped_model(), false);
  Searcher searcher(index, {});
  const Json expected = test::read_json(test::shapes_dir() / "expected.json").at("retrieval").at("itm_rerank");
  EXPECT_GE(clip_recalls(searcher, true).at_1, expected.at("vid_r1").get<double>() - kRounding);
  EXPECT_GE(share_of_true_firsts(searcher), 0.8);
}

}  // namespace
}  // namespace blip
