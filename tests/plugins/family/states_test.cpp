#include "tests/plugins/caption/pipeline_run.h"
#include "tests/plugins/family/elements.h"

namespace blip::test {
namespace {

using FamilyStates = ElementTest;

constexpr GstState kStates[] = {GST_STATE_NULL, GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_PLAYING};
constexpr auto kEnd = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

bool settle(GstElement* element, GstState state) {
  gst_element_set_state(element, state);
  return gst_element_get_state(element, nullptr, nullptr, 10 * GST_SECOND) == GST_STATE_CHANGE_SUCCESS;
}

std::string line_with(const std::string& element, int frames) {
  return "videotestsrc num-buffers=" + std::to_string(frames) +
         " ! video/x-raw,format=I420,width=16,height=16,framerate=20/1 ! " + with_model(element) + "name=e ";
}

std::string end_of(GstBus* bus) {
  GstMessage* message = gst_bus_timed_pop_filtered(bus, 10 * GST_SECOND, kEnd);
  if (message == nullptr) return "timeout";
  const std::string end = GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS ? "" : message_text(message);
  gst_message_unref(message);
  return end;
}

// What a round that was cut short left on the bus. A source that is stopped in the middle of its first events may post
// an error (its events do not pass a neighbour that is stopped already); the element itself has no reason to.
void expect_no_error_of(GstElement* element, GstBus* bus) {
  while (GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR)) {
    EXPECT_FALSE(gst_object_has_as_ancestor(GST_MESSAGE_SRC(message), GST_OBJECT(element))) << message_text(message);
    gst_message_unref(message);
  }
}

TEST_F(FamilyStates, EveryStateIsReachedFromEveryOther) {
  for (const std::string& name : family()) {
    SCOPED_TRACE(name);
    const ElementPtr element = make_element(name);
    for (const GstState from : kStates) {
      for (const GstState to : kStates) {
        EXPECT_TRUE(settle(element.get(), from));
        EXPECT_TRUE(settle(element.get(), to));
      }
    }
    EXPECT_TRUE(settle(element.get(), GST_STATE_NULL));
  }
}

TEST_F(FamilyStates, StartAndStopAHundredTimes) {
  for (const std::string& name : family()) {
    SCOPED_TRACE(name);
    const auto pipeline = parse_pipeline(line_with(name, 10) + "! fakesink");
    const ElementPtr element(gst_bin_get_by_name(GST_BIN(pipeline.get()), "e"));
    GstBus* bus = gst_element_get_bus(pipeline.get());
    for (int round = 0; round < 100; ++round) {
      gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
      if (round % 4 == 0) {
        ASSERT_EQ(end_of(bus), "") << "round " << round;
      }
      const GstState rest = round % 2 == 0 ? GST_STATE_NULL : GST_STATE_READY;
      ASSERT_EQ(gst_element_set_state(pipeline.get(), rest), GST_STATE_CHANGE_SUCCESS) << "round " << round;
      expect_no_error_of(element.get(), bus);
    }
    gst_element_set_state(pipeline.get(), GST_STATE_NULL);
    gst_object_unref(bus);
  }
}

TEST_F(FamilyStates, TextPadsComeAndGoInEveryState) {
  for (const std::string& name : family()) {
    for (const GstState state : kStates) {
      SCOPED_TRACE(name + " in " + gst_element_state_get_name(state));
      const auto pipeline = parse_pipeline(line_with(name, 20) + "! fakesink");
      const ElementPtr element(gst_bin_get_by_name(GST_BIN(pipeline.get()), "e"));
      EXPECT_TRUE(settle(pipeline.get(), state));
      for (int round = 0; round < 5; ++round) {
        GstPad* pad = gst_element_request_pad_simple(element.get(), "text");
        ASSERT_EQ(pad != nullptr, has_text_pad(element.get()));
        if (pad == nullptr) break;
        gst_element_release_request_pad(element.get(), pad);
        gst_object_unref(pad);
      }
      EXPECT_EQ(play(pipeline.get()), "");
    }
  }
}

TEST_F(FamilyStates, TextPadsAreNamedText) {
  for (const std::string& name : family()) {
    SCOPED_TRACE(name);
    const ElementPtr element = make_element(name);
    if (!has_text_pad(element.get())) continue;
    GstPad* first = gst_element_request_pad_simple(element.get(), "text");
    ASSERT_NE(first, nullptr);
    EXPECT_STREQ(GST_PAD_NAME(first), "text");
    gst_element_release_request_pad(element.get(), first);
    gst_object_unref(first);
  }
}

TEST_F(FamilyStates, ElementsThatWereNeverUsedGoQuietly) {
  for (const std::string& name : family()) {
    for (const GstState state : kStates) {
      const ElementPtr element = make_element(name);
      EXPECT_TRUE(settle(element.get(), state)) << name;
      EXPECT_TRUE(settle(element.get(), GST_STATE_NULL)) << name;
    }
  }
}

}  // namespace
}  // namespace blip::test
