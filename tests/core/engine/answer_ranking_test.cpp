#include "core/engine/answer_ranking.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/engine/fake_backend.h"

namespace blip::test {
namespace {

constexpr std::int64_t kSep = FakeBackend::kSep;

// The first step prefers token 5 (logit 10) over all others (0): p = e^10 / (e^10 + 19).
TEST(AnswerRanking, TheLikeliestFirstTokensAreRankedByLoss) {
  FakeBackend backend;
  const std::vector<std::vector<std::int64_t>> answers{{0, 7, kSep}, {0, 5, 9, kSep}, {0, 5, kSep}, {0, 8, kSep}};
  const auto ranked = rank_by_first_token(backend, FakeBackend::sequence(5, 10), answers, 3, /*pad=*/0);
  ASSERT_EQ(ranked.size(), 3u);
  // Losses are sums of ids: 8 of answer 0 (the first of the equally unlikely), 15 of 1, 6 of 2.
  EXPECT_EQ(ranked[0].index, 2u);
  EXPECT_EQ(ranked[1].index, 0u);
  EXPECT_EQ(ranked[2].index, 1u);
  EXPECT_EQ(ranked[0].loss, 6);
  const double sum = std::exp(10.0) + FakeBackend::kVocabulary - 1;
  EXPECT_NEAR(ranked[0].first_token_probability, std::exp(10.0) / sum, 1e-9);
  EXPECT_NEAR(ranked[1].first_token_probability, 1 / sum, 1e-9);
  EXPECT_EQ(backend.calls().back(), (FakeBackend::Call{"losses", 3}));
  EXPECT_EQ(backend.sequences_inside(), 0);
}

// join() takes in all of a prompt but its last id; that is what the first step feeds.
TEST(AnswerRanking, TheFirstStepFeedsTheLastIdOfThePrompt) {
  class Watched final : public FakeBackend {
   public:
    std::int64_t fed = -1;
    std::unique_ptr<Decoding> start_decoding() override {
      class Watching final : public Decoding {
       public:
        Watching(std::unique_ptr<Decoding> real, std::int64_t& fed) : real_(std::move(real)), fed_(fed) {}
        SequenceId join(const DecodeInput& input) override { return real_->join(input); }
        void step_into(std::span<const RowStep> rows, Matrix& logits) override {
          fed_ = rows.front().token;
          real_->step_into(rows, logits);
        }
        void leave(SequenceId id) override { real_->leave(id); }

       private:
        std::unique_ptr<Decoding> real_;
        std::int64_t& fed_;
      };
      return std::make_unique<Watching>(FakeBackend::start_decoding(), fed);
    }
  };
  Watched backend;
  DecodeInput input = FakeBackend::sequence(5, 10);
  input.prompt = {0, 3, 7};
  const std::vector<std::vector<std::int64_t>> answers{{7, 5, kSep}};
  rank_by_first_token(backend, input, answers, 1, 0);
  EXPECT_EQ(backend.fed, 7);
}

TEST(AnswerRanking, NeedsAnswersAndAPlace) {
  FakeBackend backend;
  const std::vector<std::vector<std::int64_t>> one{{0, 5, kSep}};
  EXPECT_THROW(rank_by_first_token(backend, FakeBackend::sequence(5, 10), {}, 1, 0), Error);
  EXPECT_THROW(rank_by_first_token(backend, FakeBackend::sequence(5, 10), one, 0, 0), Error);
}

TEST(AnswerRanking, ATokenOutsideTheVocabularyIsAnError) {
  FakeBackend backend;
  const std::vector<std::vector<std::int64_t>> answers{{0, FakeBackend::kVocabulary, kSep}};
  EXPECT_THROW(rank_by_first_token(backend, FakeBackend::sequence(5, 10), answers, 1, 0), Error);
}

}  // namespace
}  // namespace blip::test
