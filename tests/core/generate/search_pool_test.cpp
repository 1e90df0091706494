#include "core/generate/search_pool.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <stdexcept>

#include "core/base/error.h"
#include "tests/core/generate/scripted_model.h"

namespace blip {
namespace {

using test::Ids;

// Each sequence's next tokens hang on its own prefix and on question[0].
class PrefixDecoding final : public Decoding {
 public:
  SequenceId join(const DecodeInput& input) override {
    if (input.question.at(0) < 0) throw Error(ErrorKind::kFailed, "refused");
    sequences_[++last_] = {input.question[0], {Ids(input.prompt.begin(), input.prompt.end() - 1)}};
    return last_;
  }
  void step_into(std::span<const RowStep> rows, Matrix& logits) override {
    logits = Matrix(static_cast<std::int64_t>(rows.size()), kVocabulary);
    std::map<SequenceId, std::vector<Ids>> next;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const auto& sequence = sequences_.at(rows[r].sequence);
      Ids prefix = sequence.second.at(static_cast<std::size_t>(rows[r].parent));
      prefix.push_back(rows[r].token);
      auto values = test::hashed_model(kVocabulary, static_cast<std::uint64_t>(sequence.first))(prefix);
      if (sequence.first == broken) values[0] = std::numeric_limits<float>::infinity();
      std::copy(values.begin(), values.end(), logits.row(static_cast<std::int64_t>(r)).begin());
      next[rows[r].sequence].push_back(std::move(prefix));
    }
    for (auto& [id, prefixes] : next) sequences_[id].second = std::move(prefixes);
  }
  void leave(SequenceId id) override {
    if (sequences_.erase(id) != 1) throw std::logic_error("left twice");
  }
  std::size_t inside() const { return sequences_.size(); }

  std::int64_t broken = -1;

 private:
  static constexpr std::int64_t kVocabulary = 30;
  std::map<SequenceId, std::pair<std::int64_t, std::vector<Ids>>> sequences_;
  SequenceId last_ = 0;
};

class SearchPoolTest : public testing::Test {
 protected:
  static constexpr std::int64_t kSep = 1;
  static DecodeInput input(std::int64_t seed) { return {{}, {seed}, {2, 3}}; }
  static GenerationOptions options(std::int64_t beams) {
    GenerationOptions made;
    made.num_beams = beams;
    made.beam_scoring = BeamScoring::kOriginal;
    return made;
  }
  static std::vector<GeneratedSequence> alone(std::int64_t seed, std::int64_t beams) {
    PrefixDecoding decoding;
    SearchPool pool(decoding, kSep);
    pool.add(input(seed), options(beams));
    while (!pool.empty()) pool.step();
    return pool.take_finished().at(0).results;
  }

  PrefixDecoding decoding_;
};

TEST_F(SearchPoolTest, WhoeverJoinsInMidFlightGetsWhatHeGetsAlone) {
  std::map<SearchPool::Ticket, std::pair<std::int64_t, std::int64_t>> asked;  // seed, beams
  std::map<SearchPool::Ticket, Ids> found;
  {
    SearchPool pool(decoding_, kSep);
    for (std::int64_t seed = 1; seed <= 9 || !pool.empty(); ++seed) {
      if (seed <= 9) asked[pool.add(input(seed), options(1 + seed % 3))] = {seed, 1 + seed % 3};
      pool.step();
      pool.step();
      for (auto& end : pool.take_finished()) found[end.ticket] = end.results.at(0).ids;
    }
  }
  EXPECT_EQ(decoding_.inside(), 0u);
  ASSERT_EQ(found.size(), asked.size());
  for (const auto& [ticket, seed_and_beams] : asked)
    EXPECT_EQ(found[ticket], alone(seed_and_beams.first, seed_and_beams.second).at(0).ids) << seed_and_beams.first;
}

TEST_F(SearchPoolTest, WhoeverIsRemovedHasLeft) {
  SearchPool pool(decoding_, kSep);
  const auto gone = pool.add(input(1), options(3));
  pool.add(input(2), options(3));
  pool.step();
  pool.remove(gone);
  pool.remove(gone);
  EXPECT_EQ(decoding_.inside(), 1u);
  while (!pool.empty()) pool.step();
  const auto finished = pool.take_finished();
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(finished[0].results.at(0).ids, alone(2, 3).at(0).ids);
  EXPECT_TRUE(pool.take_finished().empty());
}

TEST_F(SearchPoolTest, AnErrorInOneSearchIsItsOwn) {
  decoding_.broken = 7;
  SearchPool pool(decoding_, kSep);
  const auto bad = pool.add(input(7), options(2)), good = pool.add(input(2), options(2));
  while (!pool.empty()) pool.step();
  for (const auto& end : pool.take_finished()) {
    EXPECT_EQ(end.error != nullptr, end.ticket == bad);
    if (end.ticket != good) continue;
    EXPECT_EQ(end.results.at(0).ids, alone(2, 2).at(0).ids);
  }
}

TEST_F(SearchPoolTest, ARefusedInputIsNotInside) {
  SearchPool pool(decoding_, kSep);
  EXPECT_THROW(pool.add(input(-1), options(2)), Error);
  EXPECT_THROW(pool.add({{}, {1}, Ids(30, 2)}, options(2)), Error);  // longer than max_length
  EXPECT_TRUE(pool.empty());
  EXPECT_EQ(decoding_.inside(), 0u);
}

TEST_F(SearchPoolTest, AllLeaveWithThePool) {
  {
    SearchPool pool(decoding_, kSep);
    pool.add(input(1), options(2));
    pool.add(input(2), options(2));
    pool.step();
    EXPECT_EQ(decoding_.inside(), 2u);
  }
  EXPECT_EQ(decoding_.inside(), 0u);
}

}  // namespace
}  // namespace blip
