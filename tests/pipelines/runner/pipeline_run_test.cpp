#include "pipelines/runner/pipeline_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

// Each word on a line of its own, from 10 on.
std::vector<LaunchWord> words(const std::vector<std::string>& texts) {
  gst_init(nullptr, nullptr);
  std::vector<LaunchWord> all;
  for (const std::string& text : texts) all.push_back({text, 10 + static_cast<int>(all.size())});
  return all;
}

void play(const std::vector<std::string>& texts) {
  PipelineRun run(words(texts), "p.yaml");
  const InterruptWatch interrupt;
  run.play(interrupt, {[](GstMessage*) {}, [](const std::string&) {}});
}

TEST(PipelineRun, NamesTheLineOfWhatCannotBeMade) {
  const auto expect = [](const std::vector<std::string>& texts, int line, const std::string& what) {
    EXPECT_THAT([&] { PipelineRun(words(texts), "p.yaml"); },
                ThrowsMessage<Error>(AllOf(StartsWith("p.yaml:" + std::to_string(line) + ": "), HasSubstr(what))));
  };
  expect({"videotestsrc", "!", "nosuchelement", "!", "fakesink"}, 12, "nosuchelement");
  expect({"videotestsrc", "!", "fakesink", "colour=7"}, 13, "colour");
  expect({"videotestsrc", "!", "!"}, 10, "launch line");
  expect({"videotestsrc", "!", "audioconvert", "!", "fakesink"}, 10, "link");
}

TEST(PipelineRun, PlaysToTheEnd) {
  const test::TempDir directory;
  play({"videotestsrc", "num-buffers=3", "!", "video/x-raw,format=GRAY8,width=4,height=4", "!", "filesink",
        "location=" + (directory / "a.raw").string()});
  EXPECT_EQ(std::filesystem::file_size(directory / "a.raw"), 48u);
}

TEST(PipelineRun, PlaysASingleElement) {
  EXPECT_THAT([] { play({"filesrc", "location=/missing"}); }, ThrowsMessage<Error>(HasSubstr("filesrc")));
}

TEST(PipelineRun, SaysWhichElementFailed) {
  EXPECT_THAT(
      [] {
        play({"filesrc", "name=reader", "location=/missing", "!", "fakesink"});
      },
      ThrowsMessage<Error>(AllOf(HasSubstr("'reader' failed"), testing::Not(HasSubstr("\n")))));
}

TEST(PipelineRun, FinishesItsFilesWhenInterrupted) {
  const test::TempDir directory;
  const std::string file = directory / "a.mkv";
  PipelineRun run(
      words({"videotestsrc", "is-live=true", "!", "video/x-raw,width=32,height=32", "!", "identity", "name=watched",
             "!", "vp8enc", "deadline=1", "!", "matroskamux", "!", "filesink", "location=" + file}),
      "p.yaml");
  const InterruptWatch interrupt;
  bool raised = false;
  PipelineListener listener;
  listener.warning = [](const std::string&) {};
  listener.message = [](GstMessage*) {};
  std::raise(SIGINT);
  raised = interrupt.requested();
  run.play(interrupt, listener);
  EXPECT_TRUE(raised);
  EXPECT_GT(std::filesystem::file_size(file), 0u);
  std::ifstream in(file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_EQ(bytes.substr(0, 4), "\x1A\x45\xDF\xA3");
}

}  // namespace
}  // namespace blip
