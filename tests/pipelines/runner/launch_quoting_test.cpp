#include "pipelines/runner/launch_quoting.h"

#include <gst/gst.h>
#include <gtest/gtest.h>

#include <random>

#include "pipelines/media_input/gst_owners.h"
#include "tests/pipelines/support/program.h"

namespace blip {
namespace {

// What a text property becomes when it is set in a launch line that goes on after it; checks that nothing else came of
// the line.
std::string set_in_a_launch_line(const std::string& value) {
  gst_init(nullptr, nullptr);
  const std::string line = "filesrc name=a location=" + quote_launch_value(value) + " blocksize=77 ! fakesink name=b";
  GError* raw_error = nullptr;
  const PipelineHandle pipeline(gst_parse_launch(line.c_str(), &raw_error));
  const GErrorHandle error(raw_error);
  if (error || !pipeline) return "error: " + std::string(error ? error->message : "") + " in " + line;
  EXPECT_EQ(g_list_length(GST_BIN_CHILDREN(pipeline.get())), 2u) << line;
  const GstElementHandle source(gst_bin_get_by_name(GST_BIN(pipeline.get()), "a"));
  gchar* location = nullptr;
  guint blocksize = 0;
  g_object_get(source.get(), "location", &location, "blocksize", &blocksize, nullptr);
  const GStringHandle owned(location);
  EXPECT_EQ(blocksize, 77u) << line;
  return location == nullptr ? "null" : location;
}

TEST(LaunchQuoting, LeavesPlainWordsAlone) {
  for (const char* word : {"talk.mp4", "/a/b-c_d.mp4", "rtsp://host:554/x", "match-%05d.mkv", "7"})
    EXPECT_EQ(quote_launch_value(word), word);
  EXPECT_EQ(quote_launch_value("two words"), "\"two words\"");
}

TEST(LaunchQuoting, KeepsEveryValueWhole) {
  for (const char* value : {"a b",
                            "a ! filesink location=/tmp/x",
                            "\"",
                            "\\",
                            "a\\",
                            "a\\\\",
                            "\\\"",
                            "\"a\"",
                            "a\" ! fakesink name=\"c",
                            "it's",
                            "NULL",
                            "\"NULL\"",
                            "(",
                            ")",
                            "a;b",
                            "a.b. ! c",
                            "%s%n",
                            "ein Hündchen 🐶",
                            "tab\there",
                            "line\nbreak",
                            "a,b=c",
                            "{x}",
                            "video/x-raw,width=1",
                            " leading",
                            "trailing ",
                            "\" ! fakesink \"",
                            "\\ ",
                            "x\\ ! y",
                            "#",
                            "=",
                            "\\134",
                            "a=\"b c\""})
    EXPECT_EQ(set_in_a_launch_line(value), value);
}

TEST(LaunchQuoting, KeepsRandomValuesWhole) {
  constexpr std::string_view kLetters = "ab \"\\!.;='(){}\t\n,:/%#\x01";
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string value;
    const std::size_t length = 1 + random() % 9;
    for (std::size_t i = 0; i < length; ++i) value += kLetters[random() % kLetters.size()];
    ASSERT_EQ(set_in_a_launch_line(value), value);
  }
}

TEST(LaunchQuoting, KnowsWordsThatFitAnywhere) {
  for (const char* word : {"1.5", "-3", "true", "I420", "a_b"}) EXPECT_TRUE(is_launch_word(word));
  for (const char* word : {"", "a b", "a!", "a/b", "a=b", "\""}) EXPECT_FALSE(is_launch_word(word)) << word;
}

TEST(LaunchQuoting, QuotesForTheShell) {
  for (const char* word : {"plain", "two words", "it's", "$HOME", "a\"b", "*", "", "\\", "`id`"})
    EXPECT_EQ(test::run_program({"sh", "-c", "printf %s " + quote_for_shell(word)}).out, word);
}

}  // namespace
}  // namespace blip
