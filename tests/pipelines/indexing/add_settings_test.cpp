#include "pipelines/indexing/add_settings.h"

#include <gtest/gtest.h>

#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

TEST(AddSettings, DefaultsGoTogether) {
  EXPECT_NO_THROW(AddSettings().validate());
  EXPECT_EQ(AddSettings().sampling().interval, 5'000'000'000);
  EXPECT_EQ(AddSettings().sampling().gate.rule, GateRule::kSimilar);
}

TEST(AddSettings, AShardIsAPartOfSome) {
  const Shard shard = parse_shard("2/8");
  EXPECT_EQ(shard.number, 2);
  EXPECT_EQ(shard.count, 8);
  for (const char* text : {"", "2", "0/8", "9/8", "2/", "/8", "2/8x", "-1/8", "2/8/9"})
    EXPECT_THROW(parse_shard(text), UsageError) << text;
  EXPECT_EQ(AddSettings().shard_part().count, 1);
}

TEST(AddSettings, RefusesWhatDoesNotGoTogether) {
  AddSettings settings;
  settings.captions = false;
  EXPECT_NO_THROW(settings.validate());
  settings.caption_model = "M";
  EXPECT_THROW(settings.validate(), UsageError);
  settings = {};
  settings.prune = true;
  EXPECT_THROW(settings.validate(), UsageError);
  settings.watch = true;
  EXPECT_NO_THROW(settings.validate());
  settings.shard = "3/2";
  EXPECT_THROW(settings.validate(), UsageError);
}

TEST(AddSettings, NoShotIsTooShortForAShortInterval) {
  AddSettings settings;
  settings.interval = 100'000'000;
  EXPECT_EQ(settings.sampling().shortest, 100'000'000);
}

}  // namespace
}  // namespace blip
