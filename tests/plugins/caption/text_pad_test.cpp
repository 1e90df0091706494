#include <nlohmann/json.hpp>

#include "tests/plugins/caption/element_harness.h"

namespace blip::test {
namespace {

using Lines = std::vector<std::string>;
using TextPadOfElement = ElementTest;

TEST_F(TextPadOfElement, EventsComeInOrderAndTheEndIsLast) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  harness.push_span(kBlue, 1000, 2000);
  EXPECT_TRUE(harness.push_eos());
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().lines(),
            (Lines{"stream-start", "caps text/x-raw, format=(string)utf8", "segment", "tag",
                   "buffer 0-1000 a red picture", "buffer 1000-2000 a blue picture", "eos"}));
}

TEST_F(TextPadOfElement, CapsAndSegmentAreThereBeforeAnyResult) {
  fake_engine().hold();
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push(kRed, 0);
  EXPECT_TRUE(harness.text_record().wait_for("segment"));
  EXPECT_TRUE(harness.text_record().texts().empty());
}

TEST_F(TextPadOfElement, TheStreamIsSparseTextDerivedFromTheVideos) {
  CaptionHarness harness(Source::kFile);
  gst_harness_push_event(harness.video(), gst_event_new_stream_start("the-video"));
  harness.start();
  ASSERT_TRUE(harness.text_record().wait_for("tag"));
  const PadPtr pad(gst_element_get_static_pad(harness.element(), "text"));
  const EventPtr start(gst_pad_get_sticky_event(pad.get(), GST_EVENT_STREAM_START, 0));
  const gchar* id = nullptr;
  GstStreamFlags flags{};
  gst_event_parse_stream_start(start.get(), &id);
  gst_event_parse_stream_flags(start.get(), &flags);
  EXPECT_TRUE(std::string(id).ends_with("/text"));
  EXPECT_NE(flags & GST_STREAM_FLAG_SPARSE, 0);
  const EventPtr tag(gst_pad_get_sticky_event(pad.get(), GST_EVENT_TAG, 0));
  GstTagList* tags = nullptr;
  gst_event_parse_tag(tag.get(), &tags);
  gchar* language = nullptr;
  ASSERT_TRUE(gst_tag_list_get_string(tags, GST_TAG_LANGUAGE_CODE, &language));
  EXPECT_STREQ(language, "en");
  g_free(language);
}

TEST_F(TextPadOfElement, FailedAndEmptyTextsAreGapsWithoutAHole) {
  fake_engine().script({"a", "", "c"});
  CaptionHarness harness(Source::kFile, "gate=off");
  harness.start();
  harness.push_span(kRed, 0, 3000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-1000 a", "gap 1000-2000", "buffer 2000-3000 c"}));
}

TEST_F(TextPadOfElement, HolesOfTheVideoAreGaps) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push(kRed, 500 * GST_MSECOND);
  harness.push(kBlue, 4300 * GST_MSECOND);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(),
            (Lines{"gap 0-500", "buffer 500-1000 a red picture", "gap 1000-4300", "buffer 4300-5000 a blue picture"}));
}

TEST_F(TextPadOfElement, AGapOfTheVideoMovesTheText) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push(kRed, 0);
  gst_harness_push_event(harness.video(), gst_event_new_gap(100 * GST_MSECOND, 8 * GST_SECOND));
  ASSERT_TRUE(harness.text_record().wait_for("gap 1000-8100"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-1000 a red picture", "gap 1000-8100"}));
}

TEST_F(TextPadOfElement, CoalescingMergesEqualTextsToTheEndOfTheStream) {
  CaptionHarness harness(Source::kFile, "cue-mode=coalesce");
  harness.start();
  harness.push_span(kRed, 0, 3000);
  harness.push_span(kBlue, 3000, 4500);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-3000 a red picture", "buffer 3000-4500 a blue picture"}));
  EXPECT_EQ(harness.text_record().positions(), (std::vector<std::uint64_t>{0, 3000, 4500}))
      << "at once, for sinks that wait for their first data, and after each cue";
}

TEST_F(TextPadOfElement, DownstreamsCapsDecideTheForm) {
  fake_engine().script({"<a> & b --> c"});
  CaptionHarness harness(Source::kFile, "", "text/x-raw,format=pango-markup");
  harness.start();
  harness.push(kRed, 0);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-1000 &lt;a&gt; &amp; b \xe2\x86\x92 c"}));
}

TEST_F(TextPadOfElement, JsonIsOneRecordABufferInStreamTime) {
  CaptionHarness harness(Source::kFile, "source-label=clip.mp4 fps=2", "application/x-json");
  harness.start();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.position = 10 * GST_SECOND;
  segment.time = 3 * GST_SECOND;
  gst_harness_push_event(harness.video(), gst_event_new_segment(&segment));
  harness.push(kGreen, 10'600 * GST_MSECOND);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  GstBuffer* buffer = gst_harness_pull(harness.text());
  const std::string record = text_of(buffer);
  EXPECT_EQ(GST_BUFFER_PTS(buffer), 3'600 * GST_MSECOND);
  EXPECT_EQ(GST_BUFFER_DURATION(buffer), 400 * GST_MSECOND);
  gst_buffer_unref(buffer);
  EXPECT_EQ(record,
            "{\"source\": \"clip.mp4\", \"start\": 3.600, \"end\": 4.000, \"text\": \"a green picture\", "
            "\"score\": -0.5, \"confidence\": 0.75, \"token_ids\": [30522,1,102]}\n");
  EXPECT_EQ(nlohmann::json::parse(record)["token_ids"].size(), 3u);
}

// Demuxers begin where the first frame's timestamp is: MP4 with B-frames has 80 ms there, which is stream time 0.
TEST_F(TextPadOfElement, TimestampsAreStreamTimesAndRunningTimesTheVideos) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.position = 80 * GST_MSECOND;
  segment.stop = 5080 * GST_MSECOND;
  segment.time = 0;
  segment.base = 7 * GST_SECOND;
  gst_harness_push_event(harness.video(), gst_event_new_segment(&segment));
  harness.push_span(kRed, 80, 1080);
  harness.push(kBlue, 1080 * GST_MSECOND);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-1000 a red picture", "buffer 1000-2000 a blue picture"}));
  const PadPtr pad(gst_element_get_static_pad(harness.element(), "text"));
  const EventPtr event(gst_pad_get_sticky_event(pad.get(), GST_EVENT_SEGMENT, 0));
  const GstSegment* text = nullptr;
  gst_event_parse_segment(event.get(), &text);
  EXPECT_EQ(gst_segment_to_running_time(text, GST_FORMAT_TIME, GST_SECOND),
            gst_segment_to_running_time(&segment, GST_FORMAT_TIME, 1080 * GST_MSECOND));
  EXPECT_EQ(gst_segment_to_stream_time(text, GST_FORMAT_TIME, GST_SECOND), GST_SECOND);
  EXPECT_EQ(text->stop, 5 * GST_SECOND);
}

TEST_F(TextPadOfElement, DownstreamMayAskForAnotherFormMidway) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push_span(kRed, 0, 1000);
  ASSERT_TRUE(harness.text_record().wait_for("buffer"));
  gst_harness_set_sink_caps_str(harness.text(), "application/x-json");
  const PadPtr pad(gst_element_get_static_pad(harness.element(), "text"));
  gst_pad_push_event(harness.text()->sinkpad, gst_event_new_reconfigure());
  harness.push_span(kRed, 1000, 2000);
  EXPECT_TRUE(harness.text_record().wait_for("buffer 1000-2000 {"));
}

TEST_F(TextPadOfElement, APeerThatTakesNoneOfTheFormsIsNotNegotiated) {
  CaptionHarness harness(Source::kFile, "", "audio/x-raw");
  harness.start();
  GstFlowReturn flow = GST_FLOW_OK;
  for (int i = 0; i < 1000 && flow == GST_FLOW_OK; ++i) {
    flow = harness.push(kRed, static_cast<GstClockTime>(i) * GST_SECOND);
    harness.drop_video();
  }
  EXPECT_EQ(flow, GST_FLOW_NOT_NEGOTIATED);
}

TEST_F(TextPadOfElement, AnUnlinkedOneDoesNotStopTheVideo) {
  CaptionHarness harness(Source::kFile, "", "");
  GstPad* pad = gst_element_request_pad_simple(harness.element(), "text");
  ASSERT_NE(pad, nullptr);
  harness.start();
  harness.push_span(kRed, 0, 5000);
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(harness.stat("analysed"), 5u);
  gst_element_release_request_pad(harness.element(), pad);
  gst_object_unref(pad);
}

TEST_F(TextPadOfElement, ThereIsOneOnly) {
  CaptionHarness harness(Source::kFile);
  // GStreamer itself complains of the second request.
  const guint handler = g_log_set_handler(
      "GStreamer", G_LOG_LEVEL_CRITICAL, [](auto...) {}, nullptr);
  EXPECT_EQ(gst_element_request_pad_simple(harness.element(), "text"), nullptr);
  g_log_remove_handler("GStreamer", handler);
}

TEST_F(TextPadOfElement, OneThatComesMidwayGetsTheStreamsStartAndWhatFollows) {
  CaptionHarness harness(Source::kFile, "", "");
  harness.start();
  harness.push_span(kRed, 0, 1000);
  GstHarness* text = gst_harness_new_with_element(harness.element(), nullptr, "text");
  const PadPtr pad(gst_element_get_static_pad(harness.element(), "text"));
  PadRecord record(pad.get());
  gst_harness_set_sink_caps_str(text, "text/x-raw,format=utf8");
  harness.push_span(kBlue, 1000, 2000);
  harness.push_eos();
  EXPECT_TRUE(record.wait_for("eos"));
  EXPECT_EQ(record.texts().back(), "buffer 1000-2000 a blue picture");
  gst_harness_teardown(text);
}

TEST_F(TextPadOfElement, AReleasedOneCanBeAskedForAgainAndTheVideoFlowsOn) {
  CaptionHarness harness(Source::kFile, "", "");
  harness.start();
  for (int round = 0; round < 20; ++round) {
    GstPad* pad = gst_element_request_pad_simple(harness.element(), "text");
    ASSERT_NE(pad, nullptr);
    harness.push_span(kRed, 1000u * static_cast<unsigned>(round), 1000u * static_cast<unsigned>(round) + 1000);
    gst_element_release_request_pad(harness.element(), pad);
    gst_object_unref(pad);
  }
  EXPECT_TRUE(harness.push_eos());
  EXPECT_EQ(harness.stat("analysed"), 20u);
}

TEST_F(TextPadOfElement, UpstreamEventsReachTheSource) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  gst_pad_push_event(harness.text()->sinkpad,
                     gst_event_new_custom(GST_EVENT_CUSTOM_UPSTREAM, gst_structure_new_empty("hello")));
  bool found = false;
  while (GstEvent* event = gst_harness_try_pull_upstream_event(harness.video())) {
    found = found || gst_event_has_name(event, "hello");
    gst_event_unref(event);
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace blip::test
