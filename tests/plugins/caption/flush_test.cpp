#include <future>

#include "tests/plugins/caption/element_harness.h"

namespace blip::test {
namespace {

using Lines = std::vector<std::string>;
using Flush = ElementTest;

void flush(CaptionHarness& harness) {
  ASSERT_TRUE(gst_harness_push_event(harness.video(), gst_event_new_flush_start()));
  ASSERT_TRUE(gst_harness_push_event(harness.video(), gst_event_new_flush_stop(TRUE)));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  ASSERT_TRUE(gst_harness_push_event(harness.video(), gst_event_new_segment(&segment)));
}

Lines after_flush(const Lines& lines) {
  const auto stop = std::find(lines.begin(), lines.end(), "flush-stop");
  return stop == lines.end() ? Lines{"no flush"} : Lines(stop + 1, lines.end());
}

TEST_F(Flush, NothingFromBeforeComesOut) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  ASSERT_TRUE(harness.text_record().wait_for("segment"));
  fake_engine().hold();
  harness.push_span(kRed, 0, 3000);
  ASSERT_TRUE(fake_engine().wait_begun(1));
  flush(harness);
  fake_engine().release_all();
  harness.push_span(kBlue, 0, 1000);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  EXPECT_EQ(after_flush(harness.text_record().lines()), (Lines{"segment", "buffer 0-1000 a blue picture", "eos"}));
  EXPECT_EQ(fake_engine().begun(), 2u) << "what waited was not analysed";
  for (GstMessage* message : harness.messages(GST_MESSAGE_ELEMENT)) {
    EXPECT_STREQ(gst_structure_get_string(gst_message_get_structure(message), "text"), "a blue picture");
  }
}

TEST_F(Flush, WakesAChainThatWaitsForTheModel) {
  CaptionHarness harness(Source::kFile, "attach=latest", "text/x-raw,format=utf8", "blipencoder");
  harness.start();
  fake_engine().hold_encode();
  harness.push(kRed, 0);
  ASSERT_TRUE(fake_engine().wait_encoding(1));
  harness.push_span(kRed, 1000, 5000);
  auto blocked = std::async(std::launch::async, [&] { return harness.push(kRed, 9 * GST_SECOND); });
  while (harness.stat("sampled") < 6) std::this_thread::yield();
  EXPECT_TRUE(gst_harness_push_event(harness.video(), gst_event_new_flush_start()));
  EXPECT_EQ(blocked.get(), GST_FLOW_FLUSHING);
}

TEST_F(Flush, WakesAnEosThatDrains) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  fake_engine().hold();
  harness.push(kRed, 0);
  ASSERT_TRUE(fake_engine().wait_begun(1));
  auto eos = std::async(std::launch::async, [&] { return harness.push_eos(); });
  EXPECT_EQ(eos.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  EXPECT_TRUE(gst_harness_push_event(harness.video(), gst_event_new_flush_start()));
  eos.get();
}

TEST_F(Flush, TheStreamGoesOnAfterItsEnd) {
  CaptionHarness harness(Source::kFile, "cue-mode=coalesce");
  harness.start();
  harness.push_span(kRed, 0, 1500);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  flush(harness);
  harness.push_span(kBlue, 0, 1500);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos", 2));
  EXPECT_EQ(after_flush(harness.text_record().lines()), (Lines{"segment", "buffer 0-1500 a blue picture", "eos"}));
}

TEST_F(Flush, ManyInARowLeaveAWorkingElement) {
  CaptionHarness harness(Source::kFile, "fps=0");
  harness.start();
  for (int round = 0; round < 100; ++round) {
    harness.push(kRed, 0);
    harness.push(kRed, 100 * GST_MSECOND);
    flush(harness);
    harness.drop_video();
  }
  harness.push_span(kBlue, 0, 200);
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  const Lines lines = harness.text_record().lines();
  EXPECT_EQ(Lines(lines.end() - 3, lines.end()),
            (Lines{"buffer 0-100 a blue picture", "buffer 100-200 a blue picture", "eos"}));
}

TEST_F(Flush, StickyEventsThatHadNotLeftAreKept) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push(kRed, 0);
  flush(harness);
  harness.push(kRed, 0);
  gst_buffer_unref(gst_harness_pull(harness.video()));
  const CapsPtr caps(gst_pad_get_current_caps(harness.video()->sinkpad));
  EXPECT_NE(caps, nullptr);
}

TEST_F(Flush, ANewSegmentFirstGetsTheOldOnesTextOut) {
  CaptionHarness harness(Source::kFile, "cue-mode=coalesce");
  harness.start();
  fake_engine().hold();
  harness.push_span(kRed, 0, 1500);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.position = segment.time = 60 * GST_SECOND;
  gst_harness_push_event(harness.video(), gst_event_new_segment(&segment));
  harness.push_span(kBlue, 60'000, 61'500);
  fake_engine().release_all();
  harness.push_eos();
  ASSERT_TRUE(harness.text_record().wait_for("eos"));
  const Lines lines = harness.text_record().lines();
  const auto first = std::find(lines.begin(), lines.end(), "tag");
  EXPECT_EQ(Lines(first, lines.end()),
            (Lines{"tag", "buffer 0-1500 a red picture", "segment", "buffer 60000-61500 a blue picture", "eos"}));
}

TEST_F(Flush, ASegmentSeeksEndDrainsToo) {
  CaptionHarness harness(Source::kFile, "cue-mode=coalesce");
  harness.start();
  harness.push_span(kRed, 0, 1500);
  gst_harness_push_event(harness.video(), gst_event_new_segment_done(GST_FORMAT_TIME, 1500 * GST_MSECOND));
  ASSERT_TRUE(harness.text_record().wait_for("segment-done"));
  EXPECT_EQ(harness.text_record().texts(), (Lines{"buffer 0-1500 a red picture"}));
}

}  // namespace
}  // namespace blip::test
