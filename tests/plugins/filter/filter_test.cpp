#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta/gst_blip_vision_meta.h"
#include "tests/plugins/caption/element_harness.h"

namespace blip::test {
namespace {

using Lines = std::vector<std::string>;
constexpr const char* kChain = "blipencoder model=fake ! blipfilter";
constexpr const char* kUtf8 = "text/x-raw,format=utf8";

class FilterTest : public ElementTest {
 protected:
  // "start red 0" or "end red 0-2000", in ms.
  static Lines matches(CaptionHarness& harness) {
    Lines lines;
    for (GstMessage* message : harness.messages(GST_MESSAGE_ELEMENT)) {
      const GstStructure* told = gst_message_get_structure(message);
      if (!gst_structure_has_name(told, "blip-match")) continue;
      guint64 start = 0, duration = 0;
      gst_structure_get_uint64(told, "stream-time", &start);
      gst_structure_get_uint64(told, "duration", &duration);
      std::string line = std::string(gst_structure_get_string(told, "event")) + " " +
                         gst_structure_get_string(told, "query") + " " + std::to_string(start / GST_MSECOND);
      if (GST_CLOCK_TIME_IS_VALID(duration)) line += "-" + std::to_string((start + duration) / GST_MSECOND);
      lines.push_back(line);
    }
    return lines;
  }
  // Times (ms) of the frames that have left.
  static std::vector<std::uint64_t> left(CaptionHarness& harness) {
    std::vector<std::uint64_t> times;
    while (GstBuffer* buffer = gst_harness_try_pull(harness.video())) {
      times.push_back(GST_BUFFER_PTS(buffer) / GST_MSECOND);
      gst_buffer_unref(buffer);
    }
    return times;
  }
  static void push(CaptionHarness& harness, Yuv color, std::uint64_t first, std::uint64_t end) {
    for (auto time = first; time < end; time += 500)
      ASSERT_EQ(harness.push(color, time * GST_MSECOND, 500 * GST_MSECOND), GST_FLOW_OK);
  }
};

TEST_F(FilterTest, SaysWhatMatchesWhenAsTextMetaAndMessages) {
  CaptionHarness harness(Source::kFile, "queries=\"a red thing;a blue thing\"", kUtf8, kChain);
  harness.start("2/1");
  push(harness, kRed, 0, 2000);
  push(harness, kBlue, 2000, 3000);
  push(harness, kGreen, 3000, 4000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-1000 a red thing", "buffer 1000-2000 a red thing",
                                                  "buffer 2000-3000 a blue thing", "gap 3000-4000"}));
  EXPECT_EQ(matches(harness), (Lines{"start a red thing 0", "end a red thing 0-2000", "start a blue thing 2000",
                                     "end a blue thing 2000-3000"}));
  const BufferPtr first(gst_harness_pull(harness.video()));
  const GstStructure* itm = gst_blip_buffer_get_result(first.get(), "blip-itm");
  ASSERT_NE(itm, nullptr);
  const GstStructure* best =
      gst_value_get_structure(gst_value_array_get_value(gst_structure_get_value(itm, "scores"), 0));
  EXPECT_STREQ(gst_structure_get_string(best, "query"), "a red thing");
  double probability = 0;
  EXPECT_TRUE(gst_structure_get_double(best, "probability", &probability));
  EXPECT_NEAR(probability, 0.9, 1e-9);
}

TEST_F(FilterTest, AMatchThatLastsToTheEndEndsThere) {
  CaptionHarness harness(Source::kFile, "queries=red", "", kChain);
  harness.start("2/1");
  push(harness, kBlue, 0, 1000);
  push(harness, kRed, 1000, 2500);
  harness.push_eos();
  EXPECT_EQ(matches(harness), (Lines{"start red 1000", "end red 1000-2500"}));
}

// Of windows of two frames, the probability is 0.9, 0.5, 0.1.
TEST_F(FilterTest, HysteresisKeepsAMatchBetweenTheThresholds) {
  CaptionHarness harness(Source::kFile, "queries=red threshold=0.8 threshold-off=0.3 frames=2", "", kChain);
  harness.start("1/1");
  for (const auto& [second, color] : std::vector<std::pair<std::uint64_t, Yuv>>{
           {0, kRed}, {1, kBlue}, {2, kRed}, {3, kRed}, {4, kRed}, {5, kBlue}, {6, kBlue}, {7, kBlue}}) {
    harness.push(color, second * GST_SECOND, GST_SECOND);
  }
  harness.push_eos();
  EXPECT_EQ(matches(harness), (Lines{"start red 2000", "end red 2000-6000"}));
}

TEST_F(FilterTest, DropLetsOnlyMatchingFramesPassAndGapsStandForTheOthers) {
  CaptionHarness harness(Source::kFile, "queries=red mode=drop", "", kChain);
  harness.start("2/1");
  push(harness, kBlue, 0, 1000);
  push(harness, kRed, 1000, 2000);
  push(harness, kBlue, 2000, 3000);
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(left(harness), (std::vector<std::uint64_t>{1000, 1500}));
}

TEST_F(FilterTest, AValveStaysOpenForAWhileAfterAMatch) {
  CaptionHarness harness(Source::kFile, "queries=red mode=valve hold=1000000000", "", kChain);
  harness.start("2/1");
  push(harness, kBlue, 0, 1000);
  push(harness, kRed, 1000, 2000);
  push(harness, kBlue, 2000, 5000);
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(left(harness), (std::vector<std::uint64_t>{1000, 1500, 2000, 2500}));
}

TEST_F(FilterTest, WhereTheModelFailsFramesPass) {
  fake_engine().fail_next(1, ErrorKind::kFailed, "out of memory");
  CaptionHarness harness(Source::kFile, "queries=red mode=drop", "", kChain);
  harness.start("2/1");
  push(harness, kBlue, 0, 1000);
  push(harness, kBlue, 1000, 2000);
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(left(harness), (std::vector<std::uint64_t>{0, 500}));
}

TEST_F(FilterTest, OnlyTheLikeliestQueriesAreMatched) {
  CaptionHarness harness(Source::kFile, "queries=\"white;red;blue;red and blue\" k=2", "", kChain);
  harness.start("2/1");
  push(harness, kRed, 0, 500);
  harness.push_eos();
  ASSERT_EQ(fake_engine().requests().size(), 1u);
  EXPECT_EQ(fake_engine().requests()[0].texts, (Lines{"red", "red and blue"}));
}

TEST_F(FilterTest, QueriesBelowTheItcThresholdAreNotMatched) {
  CaptionHarness harness(Source::kFile, "queries=\"white;blue\" itc-threshold=0.5", "", kChain);
  harness.start("2/1");
  push(harness, kRed, 0, 500);
  harness.push_eos();
  EXPECT_EQ(fake_engine().requests().size(), 0u);
  EXPECT_EQ(harness.stat("analysed"), 1u);
}

TEST_F(FilterTest, ANegativeQuerySpeaksAgainst) {
  CaptionHarness harness(Source::kFile, "queries=\"red;-red and white\"", "", kChain);
  harness.start("2/1");
  push(harness, kRed, 0, 500);
  harness.push_eos();
  EXPECT_EQ(matches(harness), Lines{}) << "the negative one is as likely";
}

TEST_F(FilterTest, WithoutOwnQueriesThoseOfTheEncoderAreMatched) {
  CaptionHarness harness(Source::kFile, "", "", "blipencoder model=fake queries=\"red;blue\" ! blipfilter");
  harness.start("2/1");
  push(harness, kRed, 0, 500);
  harness.push_eos();
  EXPECT_EQ(matches(harness), (Lines{"start red 0", "end red 0-500"}));
}

TEST_F(FilterTest, ScoresMayBeThoseOfVideoRetrieval) {
  CaptionHarness harness(Source::kFile, "queries=red score=itm+itc threshold=3.1 threshold-off=0", "", kChain);
  harness.start("2/1");
  push(harness, kRed, 0, 500);  // ln 9 + 1 = 3.197
  harness.push_eos();
  EXPECT_EQ(matches(harness).size(), 2u);
  g_object_set(harness.last(), "threshold", 3.3, nullptr);
}

TEST_F(FilterTest, ThresholdsTheWrongWayRoundAreAnError) {
  CaptionHarness harness(Source::kFile, "queries=red threshold=0.3 threshold-off=0.6", "", kChain);
  harness.start();
  harness.push(kRed, 0);
  GstMessage* message = harness.wait_message(GST_MESSAGE_ERROR);
  ASSERT_NE(message, nullptr);
  EXPECT_NE(message_text(message).find("threshold-off (0.6"), std::string::npos) << message_text(message);
}

TEST_F(FilterTest, AFlushForgetsMatches) {
  CaptionHarness harness(Source::kFile, "queries=red", "", kChain);
  harness.start("2/1");
  push(harness, kRed, 0, 1000);
  while (harness.stat("analysed") == 0) std::this_thread::yield();
  gst_harness_push_event(harness.video(), gst_event_new_flush_start());
  gst_harness_push_event(harness.video(), gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness.video(), gst_event_new_segment(&segment));
  push(harness, kRed, 5000, 6000);
  harness.push_eos();
  EXPECT_EQ(matches(harness), (Lines{"start red 0", "start red 5000", "end red 5000-6000"}));
}

TEST_F(FilterTest, OneVisionPassServesAllThree) {
  CaptionHarness harness(Source::kFile, "", kUtf8,
                         "blipencoder gate=off model=fake queries=red ! blipfilter model=fake ! blipdecoder");
  harness.start("2/1");
  push(harness, kRed, 0, 2000);
  harness.push_eos();
  EXPECT_EQ(fake_engine().encoded(), 2u);
  BufferPtr out(gst_harness_pull(harness.video()));
  for (const char* name : {"blip-itc", "blip-itm", "blip-text"})
    EXPECT_NE(gst_blip_buffer_get_result(out.get(), name), nullptr) << name;
}

// As BLIP-2 has it: the similarity by which queries are chosen is the largest of a clip's embeddings.
TEST_F(FilterTest, OfSeveralEmbeddingsOfAClipTheMostSimilarChoosesTheQueries) {
  ModelAbilities abilities;
  abilities.embed = abilities.match = true;
  abilities.layout = "blip2-matcher";
  abilities.embeddings_per_clip = 4;
  fake_engine().set_abilities(abilities);
  CaptionHarness harness(Source::kFile, "queries=\"a blue thing;a red thing\" itc-threshold=0.5", kUtf8, kChain);
  harness.start("2/1");
  push(harness, kRed, 0, 1000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(fake_engine().requests().at(0).texts, Lines{"a red thing"});
}

}  // namespace
}  // namespace blip::test
