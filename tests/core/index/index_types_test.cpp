#include "core/index/index_types.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(VideoState, HasNames) {
  EXPECT_STREQ(name_of(VideoState::kWaiting), "waiting");
  EXPECT_STREQ(name_of(VideoState::kIndexing), "indexing");
  EXPECT_STREQ(name_of(VideoState::kDone), "done");
  EXPECT_STREQ(name_of(VideoState::kFailed), "failed");
}

}  // namespace
}  // namespace blip
