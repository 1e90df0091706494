// Elements that come and go while others play, and streams that must not wait for each other.
#include <future>
#include <thread>

#include "tests/plugins/caption/pipeline_run.h"

namespace blip::test {
namespace {

using Dynamic = ElementTest;

GstPadProbeReturn take_out(GstPad* pad, GstPadProbeInfo*, gpointer data) {
  auto* element = static_cast<GstElement*>(data);
  const PadPtr sink(gst_element_get_static_pad(element, "sink")), src(gst_element_get_static_pad(element, "src"));
  const PadPtr next(gst_pad_get_peer(src.get()));
  gst_pad_unlink(pad, sink.get());
  gst_pad_unlink(src.get(), next.get());
  gst_pad_link(pad, next.get());
  gst_element_call_async(
      element,
      [](GstElement* self, gpointer) {
        gst_element_set_locked_state(self, TRUE);
        gst_element_set_state(self, GST_STATE_NULL);
        GstObject* parent = gst_element_get_parent(self);
        gst_bin_remove(GST_BIN(parent), self);
        gst_object_unref(parent);
      },
      nullptr, nullptr);
  return GST_PAD_PROBE_REMOVE;
}

TEST_F(Dynamic, AnElementIsRemovedWhilePlayingThoughItsModelIsBusy) {
  for (const char* kind : {"blipcaption", "blipencoder", "blipencoder attach=exact"}) {
    fake_engine().reset();
    fake_engine().hold_encode();
    const auto pipeline = parse_pipeline(
        std::string(
            "videotestsrc is-live=true num-buffers=100 ! video/x-raw,format=I420,width=16,height=16,framerate=50/1 ! "
            "identity name=before ! ") +
        kind + " name=c model=fake ! fakesink sync=true");
    gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
    ASSERT_TRUE(fake_engine().wait_encoding(1)) << kind;
    const ElementPtr before(gst_bin_get_by_name(GST_BIN(pipeline.get()), "before"));
    const ElementPtr element(gst_bin_get_by_name(GST_BIN(pipeline.get()), "c"));
    const PadPtr pad(gst_element_get_static_pad(before.get(), "src"));
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_IDLE, take_out, element.get(), nullptr);
    EXPECT_EQ(play(pipeline.get()), "") << kind;
    EXPECT_EQ(GST_OBJECT_PARENT(element.get()), nullptr) << kind;
  }
}

TEST_F(Dynamic, AStreamWhoseSinkIsStuckDoesNotHoldUpAnother) {
  CaptionHarness stuck(Source::kFile, "fps=0", "");
  stuck.start();
  PadPtr pad(gst_element_get_static_pad(stuck.element(), "src"));
  const gulong block = gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM,
      [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_OK; }, nullptr, nullptr);
  auto blocked = std::async(std::launch::async, [&] {
    for (std::uint64_t i = 0; i < 60; ++i) stuck.push(kRed, i * 100 * GST_MSECOND);
  });
  CaptionHarness other(Source::kFile, "fps=0");
  other.start();
  other.push_span(kBlue, 0, 3000);
  EXPECT_TRUE(other.push_eos());
  EXPECT_EQ(other.stat("analysed"), 30u);
  EXPECT_EQ(blocked.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  gst_pad_remove_probe(pad.get(), block);
  blocked.get();
}

TEST_F(Dynamic, AFlushOfOneStreamLeavesTheOtherAlone) {
  CaptionHarness flushed(Source::kFile, "", ""), other(Source::kFile);
  flushed.start();
  other.start();
  fake_engine().hold();
  flushed.push(kRed, 0);
  ASSERT_TRUE(fake_engine().wait_begun(1));
  other.push_span(kBlue, 0, 1000);
  ASSERT_TRUE(fake_engine().wait_begun(2));
  gst_harness_push_event(flushed.video(), gst_event_new_flush_start());
  gst_harness_push_event(flushed.video(), gst_event_new_flush_stop(TRUE));
  fake_engine().release_all();
  EXPECT_TRUE(other.push_eos());
  ASSERT_TRUE(other.text_record().wait_for("eos"));
  EXPECT_EQ(other.text_record().texts(), std::vector<std::string>{"buffer 0-1000 a blue picture"});
  EXPECT_EQ(flushed.stat("analysed"), 0u);
}

TEST_F(Dynamic, StoppingDoesNotWaitForTheModel) {
  fake_engine().hold_encode();
  CaptionHarness harness(Source::kFile);
  harness.start();
  harness.push(kRed, 0);
  ASSERT_TRUE(fake_engine().wait_encoding(1));
  EXPECT_EQ(gst_element_set_state(harness.element(), GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
}

}  // namespace
}  // namespace blip::test
