#include "pipelines/watching/watch_models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipelines/records/model_failure.h"
#include "tests/support/fake_engine/fake_engine.h"

namespace blip {
namespace {

class WatchModelsTest : public testing::Test {
 protected:
  void SetUp() override {
    test::fake_engine().reset();
    unsetenv("GST_BLIP_MODEL");
  }
  static void allow(bool match, bool caption) {
    ModelAbilities abilities;
    abilities.match = match;
    abilities.caption = caption;
    abilities.layout = "scripted";
    test::fake_engine().set_abilities(abilities);
  }
  static SessionSettings both(const std::string& model, const std::string& captioner = "") {
    SessionSettings settings;
    settings.queries = {make_watch_query("a car")};
    settings.captions = true;
    settings.model.model = model;
    settings.captioner.model = captioner;
    return settings;
  }
};

TEST_F(WatchModelsTest, OpensOnlyWhatIsNeeded) {
  SessionSettings settings = both("m");
  settings.captions = false;
  EXPECT_FALSE(open_watch_models(settings).opened_captioner);
  settings = both("m");
  settings.queries.clear();
  EXPECT_FALSE(open_watch_models(settings).opened_matcher);
}

TEST_F(WatchModelsTest, OneModelThatCanDoBothDoesBoth) {
  const WatchModels models = open_watch_models(both("m"));
  EXPECT_EQ(models.captioner.model, "m");
  EXPECT_TRUE(models.one_vision);
}

TEST_F(WatchModelsTest, ACaptionerCanBeNamed) {
  const WatchModels models = open_watch_models(both("m", "c"));
  EXPECT_EQ(models.captioner.model, "c");
  EXPECT_FALSE(models.one_vision);
}

TEST_F(WatchModelsTest, WithoutNamesTheShippedOnesAreTaken) {
  const WatchModels models = open_watch_models(both(""));
  EXPECT_THAT(models.matcher.model, testing::EndsWith("retrieval"));
  EXPECT_THAT(models.captioner.model, testing::EndsWith("caption"));
}

TEST_F(WatchModelsTest, AMatcherThatCannotCaptionIsJoinedByTheShippedCaptioner) {
  allow(true, false);
  EXPECT_THROW(
      {
        try {
          open_watch_models(both("m"));
        } catch (const ModelFailure& e) {
          EXPECT_THAT(e.what(), testing::AllOf(testing::HasSubstr("caption"), testing::HasSubstr("cannot caption")));
          throw;
        }
      },
      ModelFailure);
}

TEST_F(WatchModelsTest, AModelWithoutTheHeadIsRefused) {
  allow(false, true);
  EXPECT_THROW(open_watch_models(both("m")), ModelFailure);
  test::fake_engine().fail_open(ErrorKind::kNotFound, "no such model");
  EXPECT_THROW(open_watch_models(both("m")), ModelFailure);
}

}  // namespace
}  // namespace blip
