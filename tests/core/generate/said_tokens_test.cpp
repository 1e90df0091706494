#include "core/generate/said_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::ElementsAre;
using Ids = std::vector<std::int64_t>;

TEST(SaidTokens, AreTheSequenceItselfByDefault) {
  SaidTokens said(2, std::nullopt);
  EXPECT_THAT(said.of(Ids{7, 8, 9}), ElementsAre(7, 8, 9));
}

TEST(SaidTokens, OtherTokensStandInThePromptsPlace) {
  SaidTokens said(2, Ids{1});
  EXPECT_THAT(said.of(Ids{7, 8, 9, 10}), ElementsAre(1, 9, 10));
  EXPECT_THAT(said.of(Ids{7, 8}), ElementsAre(1));  // what came before is forgotten
  SaidTokens nothing(2, Ids{});
  EXPECT_THAT(nothing.of(Ids{7, 8, 9}), ElementsAre(9));
}

}  // namespace
}  // namespace blip
