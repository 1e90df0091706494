#include "pipelines/watching/watch_settings.h"

#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "core/index/standing_queries.h"
#include "pipelines/terminal/usage_error.h"
#include "tests/pipelines/support/clips.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class WatchSettingsTest : public testing::Test {
 protected:
  WatchSettingsTest() {
    gst_init(nullptr, nullptr);
    settings_.index = directory_ / "index.db";
    settings_.sources = {clip_};
  }
  std::string problem() const {
    try {
      settings_.validate();
    } catch (const std::exception& e) {
      return e.what();
    }
    return "";
  }

  test::TempDir directory_;
  const std::string clip_ = test::kept_clip("talk.mp4", {});
  WatchSettings settings_;
};

TEST_F(WatchSettingsTest, TextsComeFromTheCommandLineAndAFile) {
  std::ofstream(directory_ / "q.txt") << "a dog\n-a toy dog\n";
  settings_.texts = {"a red car"};
  settings_.queries_file = directory_ / "q.txt";
  const auto queries = settings_.queries();
  ASSERT_EQ(queries.size(), 3u);
  EXPECT_EQ(queries[0].text, "a red car");
  EXPECT_EQ(queries[1].text, "a dog");
  EXPECT_TRUE(queries[2].negative);
  EXPECT_FALSE(queries[0].threshold);
  EXPECT_EQ(problem(), "");
}

TEST_F(WatchSettingsTest, ElseFromTheIndexWithTheirThresholdsAndWebhooks) {
  StandingQueries standing(settings_.index);
  const std::int64_t id = standing.add({0, "a red car", 0.8, "http://host/hook"});
  standing.add({0, "a dog", 0.6, ""});
  auto queries = settings_.queries();
  ASSERT_EQ(queries.size(), 2u);
  EXPECT_EQ(queries[0].id, id);
  EXPECT_EQ(queries[0].threshold, 0.8);
  EXPECT_EQ(queries[0].webhook, "http://host/hook");
  settings_.threshold = 0.3;
  EXPECT_EQ(settings_.queries()[1].threshold, 0.3);
  settings_.texts = {"a cat"};
  EXPECT_EQ(settings_.queries().size(), 1u);
}

TEST_F(WatchSettingsTest, WithoutTextsThereIsNothingToWatchFor) {
  EXPECT_THAT(problem(), AllOf(HasSubstr("what should be watched for?"), HasSubstr("index.db")));
  settings_.session.captions = true;
  EXPECT_EQ(problem(), "");
}

TEST_F(WatchSettingsTest, NamesSourcesThatCannotBe) {
  settings_.texts = {"a"};
  settings_.sources = {clip_, directory_ / "gone.mp4"};
  EXPECT_THAT(problem(), AllOf(HasSubstr("gone.mp4"), HasSubstr("no such file")));
  settings_.sources = {"gopher2://me:secret@host/"};
  EXPECT_THAT(problem(), AllOf(HasSubstr("gopher2"), Not(HasSubstr("secret"))));
  settings_.sources = {clip_, clip_};
  EXPECT_THAT(problem(), HasSubstr("named twice"));
}

TEST_F(WatchSettingsTest, RefusesWebhooksThatAreNoWebAddress) {
  settings_.texts = {"a"};
  settings_.webhook = "file:///etc/passwd";
  EXPECT_THAT(problem(), HasSubstr("http://"));
  settings_.webhook = "";
  settings_.texts.clear();
  StandingQueries(settings_.index).add({0, "a dog", 0.6, "nonsense"});
  EXPECT_THAT(problem(), HasSubstr("nonsense"));
}

TEST_F(WatchSettingsTest, WhatIsForTheIndexNeedsNoSourceAndTheOtherWayRound) {
  settings_.texts = {"a"};
  settings_.once = true;
  EXPECT_THAT(problem(), HasSubstr("--once"));
  settings_.sources.clear();
  EXPECT_EQ(problem(), "");
  settings_.session.captions = true;
  EXPECT_THAT(problem(), HasSubstr("--captions needs a source"));
}

}  // namespace
}  // namespace blip
