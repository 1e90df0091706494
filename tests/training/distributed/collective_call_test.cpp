#include "training/distributed/collective_call.h"

#include <gmock/gmock.h>

#include "core/base/error.h"

namespace blip {
namespace {

using testing::HasSubstr;

TEST(CollectiveCall, SurvivesItsNumbers) {
  const CollectiveCall call(Collective::kAverage, 17, torch::zeros({4, 3}));
  EXPECT_EQ(CollectiveCall(call.numbers()), call);
  EXPECT_EQ(CollectiveCall(call.numbers()).description(), "average_ of Float [4, 3], call 17");
  EXPECT_EQ(CollectiveCall(Collective::kBarrier, 2).description(), "barrier, call 2");
  EXPECT_EQ(CollectiveCall(Collective::kSum, 1, torch::zeros({})).description(), "sum_ of Float [], call 1");
}

TEST(CollectiveCall, AnyDifferenceIsSeen) {
  const auto rows = torch::zeros({2, 3});
  const CollectiveCall call(Collective::kGather, 5, rows);
  EXPECT_NO_THROW(require_same_call({call, call, call}));
  for (const auto& other : {CollectiveCall(Collective::kSum, 5, rows), CollectiveCall(Collective::kGather, 6, rows),
                            CollectiveCall(Collective::kGather, 5, rows.t()),
                            CollectiveCall(Collective::kGather, 5, rows.to(torch::kInt64)),
                            CollectiveCall(Collective::kGather, 5, rows.unsqueeze(0))}) {
    try {
      require_same_call({call, call, other});
      ADD_FAILURE() << other.description();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("rank 2 " + other.description()));
    }
  }
}

TEST(CollectiveCall, AtMostEightDimensions) {
  EXPECT_NO_THROW(CollectiveCall(Collective::kSum, 1, torch::zeros({1, 1, 1, 1, 1, 1, 1, 2})));
  EXPECT_THROW(CollectiveCall(Collective::kSum, 1, torch::zeros({1, 1, 1, 1, 1, 1, 1, 1, 2})), Error);
}

}  // namespace
}  // namespace blip
