#include "tests/plugins/caption/element_harness.h"

namespace blip::test {
namespace {

using Messages = ElementTest;

guint64 number(const GstStructure* structure, const char* field) {
  guint64 value = G_MAXUINT64 - 1;
  EXPECT_TRUE(gst_structure_get_uint64(structure, field, &value)) << field;
  return value;
}

TEST_F(Messages, TellTimesSourceTextAndHowSureTheModelIs) {
  CaptionHarness harness(Source::kFile, "source-label=door fps=2", "");
  harness.start();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.position = 10 * GST_SECOND;
  segment.time = 3 * GST_SECOND;
  segment.base = 20 * GST_SECOND;
  gst_harness_push_event(harness.video(), gst_event_new_segment(&segment));
  harness.push(kRed, 10'600 * GST_MSECOND);
  harness.push_eos();
  const auto messages = harness.messages(GST_MESSAGE_ELEMENT);
  ASSERT_EQ(messages.size(), 1u);
  const GstStructure* structure = gst_message_get_structure(messages[0]);
  EXPECT_TRUE(gst_structure_has_name(structure, "blip-caption"));
  EXPECT_EQ(number(structure, "timestamp"), 10'600 * GST_MSECOND);
  EXPECT_EQ(number(structure, "stream-time"), 3'600 * GST_MSECOND);
  EXPECT_EQ(number(structure, "running-time"), 20'600 * GST_MSECOND);
  EXPECT_EQ(number(structure, "duration"), 400 * GST_MSECOND);
  EXPECT_STREQ(gst_structure_get_string(structure, "source"), "door");
  EXPECT_STREQ(gst_structure_get_string(structure, "text"), "a red picture");
  double value = 0;
  EXPECT_TRUE(gst_structure_get_double(structure, "score", &value));
  EXPECT_EQ(value, -0.5);
  EXPECT_TRUE(gst_structure_get_double(structure, "confidence", &value));
  EXPECT_EQ(value, 0.75);
}

TEST_F(Messages, AllAreThereBeforeTheEnd) {
  CaptionHarness harness(Source::kFile, "", "");
  harness.start();
  harness.push_span(kRed, 0, 4000);
  harness.push_eos();
  EXPECT_EQ(harness.messages(GST_MESSAGE_ELEMENT).size(), 4u);
}

TEST_F(Messages, CanBeSwitchedOff) {
  CaptionHarness harness(Source::kFile, "post-messages=false", "");
  harness.start();
  harness.push_span(kRed, 0, 2000);
  harness.push_eos();
  EXPECT_TRUE(harness.messages(GST_MESSAGE_ELEMENT).empty());
  EXPECT_EQ(harness.stat("analysed"), 2u);
}

TEST_F(Messages, WithoutALabelTheSourceIsTheStreamsId) {
  CaptionHarness harness(Source::kFile, "", "");
  harness.start();
  const EventPtr start(gst_pad_get_sticky_event(harness.video()->srcpad, GST_EVENT_STREAM_START, 0));
  const gchar* id = nullptr;
  gst_event_parse_stream_start(start.get(), &id);
  harness.push(kRed, 0);
  harness.push_eos();
  const auto messages = harness.messages(GST_MESSAGE_ELEMENT);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_STREQ(gst_structure_get_string(gst_message_get_structure(messages[0]), "source"), id);
}

}  // namespace
}  // namespace blip::test
