// Against the original BLIP_VQA: answers generated and ranked.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/tasks/answerer.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

class PthVqaGolden : public testing::Test {
 protected:
  PthVqaGolden() {
    for (const auto& index : json_.at("images")) clips_.push_back(all_.at(index.get<std::size_t>()));
    for (const auto& question : json_.at("questions")) questions_.push_back(question.get<std::string>());
    for (const auto& text : json_.at("answer_list")) answers_.push_back(text.get<std::string>());
  }

  void expect_ranking(const nlohmann::json& expected, std::size_t k) {
    ASSERT_FALSE(questions_.empty());
    for (std::size_t q = 0; q < questions_.size(); ++q) {
      const auto ranked = rank_answers(*model_, clips_.at(q), questions_[q], answers_, k);
      EXPECT_EQ(ranked.front().index, expected.at("best").at(q).get<std::size_t>()) << questions_[q];
      const auto& ids = expected.at("topk_ids").at(q);
      ASSERT_EQ(ranked.size(), ids.size());
      for (const RankedAnswer& answer : ranked) {
        EXPECT_NEAR(answer.first_token_probability,
                    expected.at("first_token_probs").at(q).at(answer.index).get<double>(), kScoreTolerance);
        const auto place = std::find(ids.begin(), ids.end(), answer.index);
        ASSERT_NE(place, ids.end()) << "answer " << answer.index << " is not among the reference's candidates";
        EXPECT_NEAR(answer.loss,
                    expected.at("topk_losses").at(q).at(static_cast<std::size_t>(place - ids.begin())).get<double>(),
                    kLossTolerance);
      }
    }
  }

  const std::filesystem::path dir_ = golden_dir() / "pth";
  const nlohmann::json json_ = read_json(dir_ / "vqa.expected.json");
  const SafetensorsFile expected_{dir_ / "vqa.expected.safetensors"};
  const std::shared_ptr<LoadedModel> model_ = load_model(dir_ / "vqa.pth");
  const std::vector<Clip> all_ =
      encode_clips(*model_->backend, Pixels(SafetensorsFile(dir_ / "images.safetensors"), "pixel_values"));
  std::vector<Clip> clips_;
  std::vector<std::string> questions_, answers_;
};

TEST_F(PthVqaGolden, QuestionStatesAgree) {
  const auto& shape = expected_.shape("question_states");
  const auto states = expected_.floats("question_states");
  for (std::int64_t q = 0; q < shape[0]; ++q) {
    const auto ids = unpadded_row(expected_, "question_ids", "question_mask", q);
    const Matrix found = model_->backend->encode_text(ids, &clips_.at(static_cast<std::size_t>(q)));
    const auto own = std::span(states).subspan(static_cast<std::size_t>(q * shape[1] * shape[2]), found.values.size());
    EXPECT_LE(max_difference(found.values, own), kStateTolerance) << "question " << q;
  }
}

TEST_F(PthVqaGolden, EveryQuestionOnEveryPictureIsAnswered) {
  AnswerOptions options;
  const auto& kwargs = json_.at("generate_kwargs");
  options.generation = recorded_options(kwargs, BeamScoring::kAuto);
  ASSERT_FALSE(json_.at("generate_single").empty());
  for (std::size_t i = 0; i < clips_.size(); ++i) {
    for (std::size_t q = 0; q < questions_.size(); ++q) {
      const auto& expected = json_.at("generate_single").at(i).at(q);
      const Answer found = answer(*model_, clips_[i], questions_[q], options);
      EXPECT_EQ(found.token_ids, expected.at("sequences").at(0).get<std::vector<std::int64_t>>());
      EXPECT_EQ(found.text, expected.at("answers").at(0).get<std::string>());
      EXPECT_NEAR(found.score, expected.at("sequences_scores").at(0).get<double>(), kScoreTolerance);
    }
  }
}

TEST_F(PthVqaGolden, RanksTheLikeliestCandidates) {
  expect_ranking(json_.at("rank"), json_.at("rank_k_test").get<std::size_t>());
}
TEST_F(PthVqaGolden, RanksTheWholeList) {
  expect_ranking(json_.at("rank_all"), answers_.size());
}

}  // namespace
}  // namespace blip::test
