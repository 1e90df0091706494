// The figures of the small model that the original code trained, as the original computes them (tests/data/shapes).
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/golden_model.h"
#include "training/eval/synth_score.h"

namespace blip {
namespace {

using Json = nlohmann::json;

double value(const Figures& figures, const std::string& key) {
  const Figure* figure = figures.find(key);
  if (figure == nullptr) throw std::runtime_error("no figure '" + key + "'");
  return figure->value;
}

// The first clips, whose figures are counted from the results of the original for every shot.
TEST(ReferenceModelsGolden, TheFirstClipsGetTheirFigures) {
  constexpr std::size_t kClips = 3;
  const Json expected = test::read_json(test::shapes_dir() / "expected.json");
  Tally captions, own, wrong, answers, video_answers;
  for (std::size_t i = 0; i < kClips; ++i) {
    const Json& clip = expected.at("clips").at(i);
    for (const Json& shot : clip.at("shots")) {
      captions.add(shot.at("caption").at("true").get<bool>());
      own.add(shot.at("own").at("itm").get<double>() >= 0.5);
      wrong.add(shot.at("wrong").at("itm").get<double>() < 0.5);
      for (const Json& one : shot.at("answers")) answers.add(one.at("correct").get<bool>());
    }
    for (const Json& one : clip.at("video_answers")) video_answers.add(one.at("correct").get<bool>());
  }
  ASSERT_GT(captions.all, 0);

  const SynthSet set = read_synth_set(test::shapes_dir(), kClips);
  const Figures pretrain = score_on_synth(*test::load_model(test::shapes_dir() / "pretrain.pth"), set);
  EXPECT_DOUBLE_EQ(value(pretrain, "shots.captions.beam.true"), captions.rate());
  EXPECT_DOUBLE_EQ(value(pretrain, "shots.itm.own_accepted"), own.rate());
  EXPECT_DOUBLE_EQ(value(pretrain, "shots.itm.wrong_rejected"), wrong.rate());
  const Figures vqa = score_on_synth(*test::load_model(test::shapes_dir() / "vqa.pth"), set);
  EXPECT_DOUBLE_EQ(value(vqa, "shots.vqa"), answers.rate());
  EXPECT_DOUBLE_EQ(value(vqa, "clips.vqa"), video_answers.rate());
}

// All 60 clips against the summary. Figures are given with four digits, those of retrieval in percent. Its
// "caption_word_iou" counts a word once however often it is said and is left out.
TEST(ReferenceModelsSlow, AllClipsGetTheFiguresOfTheSummary) {
  constexpr double kRounding = 1e-4;
  const Json expected = test::read_json(test::shapes_dir() / "expected.json");
  const Json& summary = expected.at("summary");
  const SynthSet set = read_synth_set(test::shapes_dir());
  const Figures pretrain = score_on_synth(*test::load_model(test::shapes_dir() / "pretrain.pth"), set);
  const auto expect = [&](const Figures& figures, const std::string& key, const Json& of, const std::string& name,
                          double scale = 1) {
    EXPECT_NEAR(value(figures, key) * scale, of.at(name).get<double>(), kRounding) << key;
  };
  EXPECT_EQ(pretrain.find("shots.captions.beam.true")->count, summary.at("shots").get<std::int64_t>());
  expect(pretrain, "shots.captions.beam.true", summary, "caption_true");
  for (const auto& [shapes, rate] : summary.at("caption_true_by_shapes").items())
    EXPECT_NEAR(value(pretrain, "shots.captions.beam.true.groups" + shapes), rate.get<double>(), kRounding) << shapes;
  expect(pretrain, "shots.itm.own_accepted", summary, "itm_own_accepted");
  expect(pretrain, "shots.itm.wrong_rejected", summary, "itm_wrong_rejected");
  expect(pretrain, "shots.itm.wrong_rejected.colour changed", summary, "itm_wrong_rejected_colour_changed");
  expect(pretrain, "shots.itm.own_above", summary, "itm_own_above_wrong");
  expect(pretrain, "shots.itm.own_above_itc", summary, "itc_own_above_wrong");
  for (const auto& [key, name] : {std::pair("", "itm_rerank"), std::pair(".itc", "itc_only")}) {
    const Json& retrieval = expected.at("retrieval").at(name);
    for (const std::string rank : {"r1", "r5", "r10"})
      expect(pretrain, "text_video" + std::string(key) + "." + rank, retrieval, "vid_" + rank, 100);
    expect(pretrain, "text_video" + std::string(key) + ".median_rank", retrieval, "vid_mdR");
  }
  const Json& reranked = expected.at("retrieval").at("itm_rerank");
  for (const std::string rank : {"r1", "r5", "r10"})
    expect(pretrain, "video_text." + rank, reranked, "txt_" + rank, 100);
  expect(pretrain, "video_text.median_rank", reranked, "txt_mdR");

  const Figures vqa = score_on_synth(*test::load_model(test::shapes_dir() / "vqa.pth"), set);
  expect(vqa, "shots.vqa", summary, "vqa_generate");
  expect(vqa, "clips.vqa", summary, "videoqa");
  for (const auto& [kind, rate] : summary.at("vqa_generate_by_kind").items())
    EXPECT_NEAR(value(vqa, "shots.vqa." + kind), rate.get<double>(), kRounding) << kind;
  for (const auto& [kind, rate] : summary.at("videoqa_by_kind").items())
    EXPECT_NEAR(value(vqa, "clips.vqa." + kind), rate.get<double>(), kRounding) << kind;
}

}  // namespace
}  // namespace blip
