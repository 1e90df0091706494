#include <future>

#include "tests/plugins/caption/element_harness.h"

namespace blip::test {
namespace {

using States = ElementTest;

ElementPtr pipeline_of(const std::string& line) {
  GError* error = nullptr;
  GstElement* pipeline = gst_parse_launch_full(line.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  EXPECT_EQ(error, nullptr) << error->message;
  return ElementPtr(GST_ELEMENT(gst_object_ref_sink(pipeline)));
}

constexpr GstState kStates[] = {GST_STATE_NULL, GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_PLAYING};

bool settle(GstElement* element, GstState state) {
  gst_element_set_state(element, state);
  return gst_element_get_state(element, nullptr, nullptr, 10 * GST_SECOND) == GST_STATE_CHANGE_SUCCESS;
}

TEST_F(States, EveryStateIsReachedFromEveryOther) {
  const ElementPtr element(gst_element_factory_make("blipcaption", nullptr));
  gst_object_ref_sink(element.get());
  for (const GstState from : kStates) {
    for (const GstState to : kStates) {
      EXPECT_TRUE(settle(element.get(), from));
      EXPECT_TRUE(settle(element.get(), to));
    }
  }
  EXPECT_TRUE(settle(element.get(), GST_STATE_NULL));
}

TEST_F(States, StartAndStopManyTimesInAPipeline) {
  const auto pipeline = pipeline_of(
      "videotestsrc num-buffers=40 pattern=red ! video/x-raw,format=I420,width=16,height=16,framerate=20/1 ! "
      "blipcaption name=c ! fakesink c.text ! fakesink");
  GstBus* bus = gst_element_get_bus(pipeline.get());
  for (int round = 0; round < 30; ++round) {
    gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
    if (round % 3 == 0) {
      const auto wanted = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
      GstMessage* message = gst_bus_timed_pop_filtered(bus, 10 * GST_SECOND, wanted);
      ASSERT_NE(message, nullptr);
      EXPECT_EQ(GST_MESSAGE_TYPE(message), GST_MESSAGE_EOS)
          << (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR ? message_text(message) : "") << " in round " << round;
      gst_message_unref(message);
    }
    ASSERT_EQ(gst_element_set_state(pipeline.get(), round % 2 == 0 ? GST_STATE_NULL : GST_STATE_READY),
              GST_STATE_CHANGE_SUCCESS);
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  gst_object_unref(bus);
}

TEST_F(States, StoppingWaitsForNoMoreThanTheCallInFlight) {
  CaptionHarness harness(Source::kFile);
  harness.start();
  fake_engine().hold();
  harness.push_span(kRed, 0, 4000);
  ASSERT_TRUE(fake_engine().wait_begun(1));
  auto stopped =
      std::async(std::launch::async, [&] { return gst_element_set_state(harness.element(), GST_STATE_NULL); });
  while (harness.stat("waiting") > 1) std::this_thread::yield();  // what waited is dropped
  fake_engine().release(1);
  EXPECT_EQ(stopped.get(), GST_STATE_CHANGE_SUCCESS);
  EXPECT_EQ(fake_engine().begun(), 1u);
}

TEST_F(States, TheTextPadComesAndGoesInEveryState) {
  for (const GstState state : kStates) {
    const auto pipeline = pipeline_of(
        "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=16,height=16,framerate=20/1 ! blipcaption name=c "
        "! "
        "fakesink name=v sync=false");
    const ElementPtr element(gst_bin_get_by_name(GST_BIN(pipeline.get()), "c"));
    EXPECT_TRUE(settle(pipeline.get(), state));
    for (int round = 0; round < 5; ++round) {
      GstPad* pad = gst_element_request_pad_simple(element.get(), "text");
      ASSERT_NE(pad, nullptr);
      gst_element_release_request_pad(element.get(), pad);
      gst_object_unref(pad);
    }
    GstBus* bus = gst_element_get_bus(pipeline.get());
    gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
    GstMessage* message = gst_bus_timed_pop_filtered(bus, 10 * GST_SECOND,
                                                     static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(GST_MESSAGE_TYPE(message), GST_MESSAGE_EOS);
    gst_message_unref(message);
    gst_object_unref(bus);
    gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  }
}

TEST_F(States, ATextPadWhoseSinkIsStuckCanBeReleased) {
  const auto pipeline = pipeline_of(
      "videotestsrc num-buffers=40 ! video/x-raw,format=I420,width=16,height=16,framerate=20/1 ! blipcaption name=c ! "
      "fakesink sync=false c.text ! fakesink name=t");
  const ElementPtr element(gst_bin_get_by_name(GST_BIN(pipeline.get()), "c"));
  EXPECT_TRUE(settle(pipeline.get(), GST_STATE_PAUSED));  // the text sink holds its first buffer
  GstPad* pad = gst_element_get_static_pad(element.get(), "text");
  gst_element_release_request_pad(element.get(), pad);
  gst_object_unref(pad);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
}

TEST_F(States, AModelIsOpenedOncePerStartAndOnTheWorker) {
  CaptionHarness harness(Source::kFile, "vocab=v.txt config=c.json device=cpu precision=float32 num-threads=3");
  harness.start();
  harness.push(kRed, 0);
  harness.push_eos();
  EXPECT_EQ(fake_engine().opened(), 2u) << "the encoder and the decoder once each";
  const ModelOptions options = fake_engine().last_model();
  EXPECT_EQ(options.model, "fake");
  EXPECT_EQ(options.vocab, "v.txt");
  EXPECT_EQ(options.config, "c.json");
  EXPECT_EQ(options.device, "cpu");
  EXPECT_EQ(options.precision, "float32");
  EXPECT_EQ(options.num_threads, 3);
  std::string progress;
  for (GstMessage* message : harness.messages(GST_MESSAGE_PROGRESS)) {
    GstProgressType type{};
    gst_message_parse_progress(message, &type, nullptr, nullptr);
    progress += std::to_string(type);
  }
  EXPECT_EQ(progress, std::to_string(GST_PROGRESS_TYPE_START) + std::to_string(GST_PROGRESS_TYPE_COMPLETE));
}

TEST_F(States, GoingToPausedDoesNotWaitForTheModel) {
  fake_engine().hold_open();
  const ElementPtr element(gst_element_factory_make("blipcaption", nullptr));
  gst_object_ref_sink(element.get());
  EXPECT_TRUE(settle(element.get(), GST_STATE_PAUSED));
  EXPECT_TRUE(fake_engine().wait_opening());
  fake_engine().release_all();
  EXPECT_TRUE(settle(element.get(), GST_STATE_NULL));
}

}  // namespace
}  // namespace blip::test
