#include <array>
#include <cstdio>

#include "tests/plugins/caption/element_harness.h"

namespace blip::test {
namespace {

// What a launch line, run in a process of its own under GStreamer's leaks tracer, prints.
std::string traced(const std::string& line) {
  const std::string command =
      "GST_TRACERS=leaks GST_DEBUG=GST_TRACER:7 GST_DEBUG_NO_COLOR=1 GST_PLUGIN_PATH=" BLIP_PLUGIN_DIR
      " GST_BLIP_ENGINE=" BLIP_FAKE_ENGINE " " BLIP_LAUNCH " '" +
      line + "' 2>&1; echo exit $?";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string output;
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) output += part.data();
  ::pclose(pipe);
  return output;
}

// The tracer's lines of objects that are left; "(string)%s" is its announcement of what such a line will look like.
std::size_t left_alive(const std::string& output) {
  const std::string record = "object-alive, type-name=(string)";
  std::size_t count = 0;
  for (auto at = output.find(record); at != std::string::npos; at = output.find(record, at + 1)) {
    count += output.compare(at + record.size(), 2, "%s") != 0 ? 1 : 0;
  }
  return count;
}

class Leaks : public ::testing::TestWithParam<const char*> {};

TEST_P(Leaks, NoObjectIsLeftAlive) {
  const std::string output =
      traced(std::string("videotestsrc num-buffers=60 ! video/x-raw,format=I420,framerate=20/1 ! ") + GetParam());
  EXPECT_NE(output.find("exit 0"), std::string::npos) << output;
  EXPECT_EQ(left_alive(output), 0u) << output;
}

INSTANTIATE_TEST_SUITE_P(
    Lines, Leaks,
    ::testing::Values("blipcaption ! fakesink", "blipcaption name=c ! fakesink c.text ! srtenc ! fakesink",
                      "blipcaption name=c cue-mode=coalesce ! fakesink c.text ! application/x-json ! fakesink",
                      "blipcaption name=c fps=0 ! textoverlay name=o ! fakesink c.text ! o.text_sink"));

TEST(LeaksTracer, IsListening) {
  EXPECT_NE(traced("videotestsrc num-buffers=1 ! fakesink").find("object-alive"), std::string::npos);
}

TEST(LeaksOfErrors, ALineThatCannotBeMadeFailsAndLeavesNothing) {
  const std::string output = traced("videotestsrc ! blipcaption ! no-such-element");
  EXPECT_NE(output.find("exit 1"), std::string::npos);
  EXPECT_EQ(left_alive(output), 0u) << output;
}

}  // namespace
}  // namespace blip::test
