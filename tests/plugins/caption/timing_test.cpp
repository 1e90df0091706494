#include <future>

#include "tests/plugins/caption/element_harness.h"

namespace blip::test {
namespace {

using Lines = std::vector<std::string>;
using FileTiming = ElementTest;
using LiveTiming = ElementTest;

TEST_F(FileTiming, EveryPointOfTheGridIsAnalysedHoweverSlowTheModel) {
  CaptionHarness harness(Source::kFile, "fps=5 gate=off");
  harness.start();
  fake_engine().hold();
  auto pushed = std::async(std::launch::async, [&] {
    for (std::uint64_t time = 0; time < 4000; time += 100) {
      harness.push(kRed, time * GST_MSECOND);
      harness.drop_video();
    }
  });
  for (std::size_t i = 1; i <= 20; ++i) {
    ASSERT_TRUE(fake_engine().wait_begun(i));
    fake_engine().release(1);
  }
  pushed.get();
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(harness.stat("analysed"), 20u);
  EXPECT_EQ(harness.stat("skipped"), 0u);
}

TEST_F(FileTiming, TheChainWaitsOnlyWhenFourAnalysesWait) {
  CaptionHarness harness(Source::kFile, "attach=latest", "text/x-raw,format=utf8", "blipencoder");
  harness.start();
  fake_engine().hold_encode();
  harness.push(kRed, 0);
  ASSERT_TRUE(fake_engine().wait_encoding(1));
  harness.push_span(kRed, 100, 5000);  // four more samples: nothing blocks
  EXPECT_EQ(harness.stat("sampled"), 5u);
  EXPECT_EQ(harness.stat("waiting"), 5u);
  auto blocked = std::async(std::launch::async, [&] { return harness.push(kRed, 5 * GST_SECOND); });
  EXPECT_EQ(blocked.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  fake_engine().release_encode(1);
  EXPECT_EQ(blocked.get(), GST_FLOW_OK);
}

TEST_F(FileTiming, ZeroFpsAnalysesEveryFrameForItsDuration) {
  CaptionHarness harness(Source::kFile, "fps=0");
  harness.start();
  harness.push(kRed, 0, 40 * GST_MSECOND);
  harness.push(kBlue, 40 * GST_MSECOND, 40 * GST_MSECOND);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-40 a red picture", "buffer 40-80 a blue picture"}));
}

TEST_F(FileTiming, WithoutRateAndDurationAFrameLastsUntilTheNext) {
  CaptionHarness harness(Source::kFile, "fps=0");
  harness.start("0/1");
  harness.push(kRed, 0, GST_CLOCK_TIME_NONE);
  harness.push(kBlue, 300 * GST_MSECOND, GST_CLOCK_TIME_NONE);
  harness.push(kGreen, 500 * GST_MSECOND, GST_CLOCK_TIME_NONE);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(),
            (Lines{"buffer 0-300 a red picture", "buffer 300-500 a blue picture", "buffer 500-700 a green picture"}));
}

TEST_F(FileTiming, FramesWithoutATimeFollowEachOther) {
  CaptionHarness harness(Source::kFile, "fps=0");
  harness.start("10/1");
  for (const Yuv color : {kRed, kBlue}) harness.push(color, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-100 a red picture", "buffer 100-200 a blue picture"}));
}

TEST_F(FileTiming, FramesOutsideTheSegmentPassUnanalysed) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.position = segment.time = 5 * GST_SECOND;
  gst_harness_push_event(harness.video(), gst_event_new_segment(&segment));
  harness.push(kRed, 4 * GST_SECOND);
  harness.push(kBlue, 5 * GST_SECOND);
  harness.push_eos();
  EXPECT_EQ(harness.stat("frames"), 2u);
  EXPECT_EQ(harness.stat("analysed"), 1u);
}

TEST_F(FileTiming, TheGridLiesOnStreamTimeNotOnTimestamps) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.position = 700 * GST_MSECOND;  // stream time 0
  segment.time = 0;
  gst_harness_push_event(harness.video(), gst_event_new_segment(&segment));
  harness.push_span(kRed, 700, 2900);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(),
            (Lines{"buffer 0-1000 a red picture", "buffer 1000-2000 a red picture", "buffer 2000-3000 a red picture"}));
}

TEST_F(FileTiming, ReversePlaybackPassesUnanalysed) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.rate = -1;
  segment.stop = 10 * GST_SECOND;
  gst_harness_push_event(harness.video(), gst_event_new_segment(&segment));
  for (std::uint64_t time = 5000; time > 4000; time -= 100) harness.push(kRed, time * GST_MSECOND);
  harness.drop_video();
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(harness.stat("frames"), 10u);
  EXPECT_EQ(harness.stat("sampled"), 0u);
}

TEST_F(FileTiming, FpsMayChangeWhilePlaying) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  g_object_set(harness.element(), "fps", 2.0, nullptr);
  harness.push_span(kRed, 1000, 2000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(),
            (Lines{"buffer 0-1000 a red picture", "buffer 1000-1500 a red picture", "buffer 1500-2000 a red picture"}));
}

TEST_F(FileTiming, LatencyOfAFileIsNone) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  GstQuery* query = gst_query_new_latency();
  ASSERT_TRUE(gst_pad_peer_query(harness.text()->sinkpad, query));
  gboolean live = TRUE;
  GstClockTime least = 1;
  gst_query_parse_latency(query, &live, &least, nullptr);
  EXPECT_FALSE(live);
  EXPECT_EQ(least, 0u);
  gst_query_unref(query);
}

// Waits until the encoder inside has made what it was given.
void wait_encoded(CaptionHarness& harness) {
  const ElementPtr encoder(gst_bin_get_by_name(GST_BIN(harness.element()), "encoder"));
  for (guint64 waiting = 1; waiting > 0; std::this_thread::yield()) {
    GstStructure* stats = nullptr;
    g_object_get(encoder.get(), "stats", &stats, nullptr);
    ASSERT_TRUE(gst_structure_get_uint64(stats, "waiting", &waiting));
    gst_structure_free(stats);
  }
}

TEST_F(LiveTiming, VideoNeverWaitsAndTheNewestFrameWins) {
  CaptionHarness harness(Source::kLive);
  harness.start();
  fake_engine().hold();
  harness.push(kRed, 0);
  ASSERT_TRUE(fake_engine().wait_begun(1));
  for (std::uint64_t time = 100; time < 10'000; time += 100) {
    ASSERT_EQ(harness.push(time < 9000 ? kGreen : kBlue, time * GST_MSECOND), GST_FLOW_OK);
    gst_buffer_unref(gst_harness_pull(harness.video()));  // has left though the model is busy
    wait_encoded(harness);
  }
  EXPECT_EQ(harness.stat("sampled"), 10u);
  fake_engine().release(1);
  ASSERT_TRUE(fake_engine().wait_begun(2));
  EXPECT_EQ(harness.stat("skipped"), 8u);
  fake_engine().release_all();
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.stat("analysed"), 2u);
  const Lines texts = harness.text_record().texts();
  EXPECT_EQ(texts.front(), "buffer 0-1000 a red picture");
  EXPECT_EQ(texts.back(), "buffer 9000-10000 a blue picture");
  EXPECT_TRUE(
      std::all_of(texts.begin() + 1, texts.end() - 1, [](const auto& line) { return line.starts_with("gap "); }));
}

TEST_F(LiveTiming, TheEndWaitsForOneAnalysisAtMost) {
  CaptionHarness harness(Source::kLive, "", "text/x-raw,format=utf8", "blipencoder");
  harness.start();
  fake_engine().hold_encode();
  harness.push(kRed, 0);
  ASSERT_TRUE(fake_engine().wait_encoding(1));
  harness.push_span(kRed, 1000, 3000);
  auto ended = std::async(std::launch::async, [&] { return harness.push_eos(); });
  while (harness.stat("skipped") < 2) std::this_thread::yield();
  fake_engine().release_encode(1);
  EXPECT_TRUE(ended.get());
  EXPECT_EQ(fake_engine().encoded(), 1u);
}

TEST_F(LiveTiming, VideoFlowsWhileTheModelOpens) {
  fake_engine().hold_open();
  CaptionHarness harness(Source::kLive);
  harness.start();
  ASSERT_TRUE(fake_engine().wait_opening());
  for (std::uint64_t time = 0; time < 5000; time += 100) {
    harness.push(kRed, time * GST_MSECOND);
    gst_buffer_unref(gst_harness_pull(harness.video()));
  }
  EXPECT_EQ(harness.stat("frames"), 50u);
}

TEST_F(LiveTiming, AtMostTwoBuffersAreKept) {
  CaptionHarness harness(Source::kLive, "fps=0");
  harness.start();
  fake_engine().hold_encode();
  std::vector<GstBuffer*> buffers;
  for (std::uint64_t time = 0; time < 2000; time += 100) {
    GstBuffer* buffer = i420_frame(32, 24, kRed, time * GST_MSECOND, 100 * GST_MSECOND);
    buffers.push_back(gst_buffer_ref(buffer));
    gst_harness_push(harness.video(), buffer);
    gst_buffer_unref(gst_harness_pull(harness.video()));
    EXPECT_TRUE(fake_engine().wait_encoding(1));
  }
  std::size_t kept = 0;
  for (GstBuffer* buffer : buffers) {
    kept += GST_MINI_OBJECT_REFCOUNT_VALUE(gst_buffer_peek_memory(buffer, 0)) > 1 ? 1 : 0;
    gst_buffer_unref(buffer);
  }
  EXPECT_EQ(kept, 2u);
}

TEST_F(LiveTiming, SkippedAnalysesAreReported) {
  CaptionHarness harness(Source::kLive);
  harness.start();
  fake_engine().hold_encode();
  harness.push(kRed, 0);
  ASSERT_TRUE(fake_engine().wait_encoding(1));
  for (std::uint64_t time = 1; time < 4; ++time) harness.push(kRed, time * GST_SECOND);
  const auto reports = harness.messages(GST_MESSAGE_QOS);
  ASSERT_EQ(reports.size(), 2u);
  GstFormat format{};
  guint64 processed = 9, dropped = 9, time = 0;
  gst_message_parse_qos_stats(reports[1], &format, &processed, &dropped);
  gst_message_parse_qos(reports[1], nullptr, nullptr, nullptr, &time, nullptr);
  EXPECT_EQ(format, GST_FORMAT_BUFFERS);
  EXPECT_EQ(processed, 0u);
  EXPECT_EQ(dropped, 2u);
  EXPECT_EQ(time, 2 * GST_SECOND);
}

TEST_F(LiveTiming, TheTextPadPromisesTheDelayItHasSeenAndTheVideoNone) {
  CaptionHarness harness(Source::kLive);
  harness.start();
  harness.push(kRed, 0);
  ASSERT_NE(harness.wait_message(GST_MESSAGE_LATENCY), nullptr);
  const auto least_latency = [](GstPad* sink) {
    GstQuery* query = gst_query_new_latency();
    EXPECT_TRUE(gst_pad_peer_query(sink, query));
    gboolean live = FALSE;
    GstClockTime least = 0;
    gst_query_parse_latency(query, &live, &least, nullptr);
    EXPECT_TRUE(live);
    gst_query_unref(query);
    return least;
  };
  EXPECT_EQ(least_latency(harness.video()->sinkpad), 0u);
  EXPECT_GE(least_latency(harness.text()->sinkpad), 50 * GST_MSECOND);
}

}  // namespace
}  // namespace blip::test
