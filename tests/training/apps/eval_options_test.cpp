#include "training/apps/eval_options.h"

#include <gtest/gtest.h>

#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

TEST(EvalOptions, ShardsAreCountedFromZero) {
  EXPECT_EQ(parse_shard("2/8").index, 2);
  EXPECT_EQ(parse_shard("2/8").count, 8);
  for (const char* wrong : {"", "8/8", "-1/8", "1", "1/", "/8", "1/0", "1/8x", "a/8", "1 /8"})
    EXPECT_THROW(parse_shard(wrong), UsageError) << wrong;
}

TEST(EvalOptions, SizesHaveUnits) {
  EXPECT_EQ(parse_memory("4G"), std::uint64_t{4} << 30);
  EXPECT_EQ(parse_memory("1.5M"), (std::uint64_t{3} << 20) / 2);
  EXPECT_EQ(parse_memory("12345"), 12345U);
  for (const char* wrong : {"", "G", "4X", "4GB", "-1", "0", "nan", "1e30", "1 G"})
    EXPECT_THROW(parse_memory(wrong), UsageError) << wrong;
}

}  // namespace
}  // namespace blip
