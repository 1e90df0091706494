#include "pipelines/watching/watch_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace blip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000'000;

WatchSettings parse(std::vector<std::string> arguments) {
  CLI::App app("test", "gst-blip");
  const auto settings = add_watch_command(app);
  arguments.insert(arguments.begin(), "watch");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  app.parse(arguments);
  return *settings;
}

TEST(WatchCommand, TakesSourcesAndTexts) {
  const WatchSettings settings = parse({"rtsp://c/1", "-q", "a red car", "a.mp4", "--query", "a dog"});
  EXPECT_THAT(settings.sources, ElementsAre("rtsp://c/1", "a.mp4"));
  EXPECT_THAT(settings.texts, ElementsAre("a red car", "a dog"));
  EXPECT_FALSE(settings.threshold);
  EXPECT_FALSE(settings.json);
  EXPECT_EQ(settings.session.fps, 2);
  EXPECT_EQ(settings.session.candidates, 16);
  EXPECT_EQ(settings.session.rules.hold, kSecond);
  EXPECT_EQ(settings.session.clips.before, 3 * kSecond);
  EXPECT_EQ(settings.session.clips.longest, 60 * kSecond);
  EXPECT_LT(settings.session.attempts, 0);
}

TEST(WatchCommand, NeedsNoSource) {
  EXPECT_THAT(parse({"-q", "a", "--once", "--index", "i.db"}).sources, IsEmpty());
}

TEST(WatchCommand, TakesWhatAlertsAreLike) {
  const WatchSettings settings = parse({"a.mp4",
                                        "--threshold",
                                        "0.7",
                                        "--threshold-off",
                                        "0.2",
                                        "--hold",
                                        "0s",
                                        "--before",
                                        "1.5s",
                                        "--after",
                                        "200ms",
                                        "--clip-length",
                                        "2min",
                                        "--clip-dir",
                                        "clips",
                                        "--webhook",
                                        "http://h/",
                                        "--format",
                                        "json",
                                        "--k",
                                        "0",
                                        "--min-similarity",
                                        "-0.5",
                                        "--captions",
                                        "--caption-model",
                                        "c",
                                        "--attempts",
                                        "3"});
  EXPECT_EQ(settings.threshold, 0.7);
  EXPECT_EQ(settings.session.rules.threshold_off, 0.2);
  EXPECT_EQ(settings.session.rules.hold, 0);
  EXPECT_EQ(settings.session.clips.before, kSecond * 3 / 2);
  EXPECT_EQ(settings.session.clips.after, kSecond / 5);
  EXPECT_EQ(settings.session.clips.longest, 120 * kSecond);
  EXPECT_EQ(settings.clip_directory, "clips");
  EXPECT_EQ(settings.webhook, "http://h/");
  EXPECT_TRUE(settings.json);
  EXPECT_EQ(settings.session.candidates, 0);
  EXPECT_EQ(settings.session.least_similarity, -0.5);
  EXPECT_TRUE(settings.session.captions);
  EXPECT_EQ(settings.session.captioner.model, "c");
  EXPECT_EQ(settings.session.attempts, 3);
}

TEST(WatchCommand, RefusesValuesOutOfRange) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"--threshold", "1.1"},
                                                                     {"--threshold", "-1"},
                                                                     {"--threshold", "nan"},
                                                                     {"--hold", "soon"},
                                                                     {"--format", "xml"},
                                                                     {"--k", "-1"},
                                                                     {"--poll", "0s"},
                                                                     {"--fps", "-1"},
                                                                     {"--attempts", "-3"}})
    EXPECT_THROW(parse(arguments), CLI::ParseError) << arguments[0] << " " << arguments[1];
}

}  // namespace
}  // namespace blip
