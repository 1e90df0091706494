#include "pipelines/searching/relevance_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::HasSubstr;

TEST(RelevanceLabels, AreTextsWithMomentsOrVideos) {
  test::TempDir folder;
  std::ofstream(folder / "l.jsonl") << R"({"text": "a", "matches": [{"video": "x.mp4", "start": 1.5, "end": 2}]})"
                                    << "\n\n"
                                    << R"({"text": "b", "matches": []})"
                                    << "\n"
                                    << R"({"text": "c", "videos": ["x.mp4", "y.mp4"]})";
  const auto labels = read_labels(folder / "l.jsonl");
  ASSERT_EQ(labels.size(), 3U);
  EXPECT_EQ(labels[0].matches.at(0).start, 1'500'000'000);
  EXPECT_TRUE(labels[1].matches.empty());
  EXPECT_FALSE(labels[1].whole_videos);
  EXPECT_TRUE(labels[2].whole_videos);
  EXPECT_EQ(labels[2].matches.at(1).video, "y.mp4");
}

TEST(RelevanceLabels, NameTheLineThatIsNone) {
  test::TempDir folder;
  for (const char* line : {"{}", "no json", R"({"text": " ", "matches": []})", R"({"text": "a"})",
                           R"({"text": "a", "matches": [{"video": "x", "start": 2, "end": 1}]})",
                           R"({"text": "a", "matches": [{"video": "x", "start": -1, "end": 1}]})"}) {
    std::ofstream(folder / "l.jsonl") << R"({"text": "b", "matches": []})"
                                      << "\n"
                                      << line << "\n";
    try {
      read_labels(folder / "l.jsonl");
      FAIL() << line;
    } catch (const Error& e) {
      EXPECT_THAT(e.what(), HasSubstr("l.jsonl:2:"));
    }
  }
  std::ofstream(folder / "empty.jsonl") << "\n";
  EXPECT_THROW(read_labels(folder / "empty.jsonl"), Error);
  EXPECT_THROW(read_labels(folder / "missing.jsonl"), Error);
}

}  // namespace
}  // namespace blip
