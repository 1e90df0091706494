#include "pipelines/media_input/input_gate.h"

#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

// Ten pictures a second through a gate into an appsink that takes one at a time.
class InputGateTest : public testing::Test {
 protected:
  void start(int pictures, const std::string& framerate = "10/1") {
    gst_init(nullptr, nullptr);
    const std::string line = "videotestsrc name=source num-buffers=" + std::to_string(pictures) +
                             " ! video/x-raw,width=16,height=16,framerate=" + framerate +
                             " ! identity name=last ! "
                             "appsink name=sink sync=false max-buffers=1";
    pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(gst_parse_launch(line.c_str(), nullptr))));
    const GstElementHandle last(gst_bin_get_by_name(GST_BIN(pipeline_.get()), "last"));
    sink_.reset(gst_bin_get_by_name(GST_BIN(pipeline_.get()), "sink"));
    gate_ = std::make_unique<InputGate>(GstPadHandle(gst_element_get_static_pad(last.get(), "src")));
    gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
  }
  GstSampleHandle pull() { return GstSampleHandle(gst_app_sink_pull_sample(GST_APP_SINK(sink_.get()))); }

  PipelineHandle pipeline_;
  GstElementHandle sink_;
  std::unique_ptr<InputGate> gate_;
};

TEST_F(InputGateTest, LetsEverythingThroughAndKnowsHowFarItCame) {
  start(5);
  int pictures = 0;
  while (pull()) ++pictures;
  EXPECT_EQ(pictures, 5);
  EXPECT_EQ(gate_->position(), kSecond / 2);
}

TEST_F(InputGateTest, AFrameWithoutADurationIsOneAllTheSame) {
  start(1, "0/1");
  ASSERT_TRUE(pull());
  EXPECT_GT(gate_->position(), 0);
}

TEST_F(InputGateTest, EndsTheStreamWhenClosed) {
  start(-1);  // without an end of its own
  ASSERT_TRUE(pull());
  gate_->close();
  int later = 0;
  while (pull()) ++later;
  EXPECT_LE(later, 3);  // those that had passed: one in the sink, one on its way
  EXPECT_TRUE(gst_app_sink_is_eos(GST_APP_SINK(sink_.get())));
}

TEST_F(InputGateTest, KnowsNoDurationOfASourceWithoutOne) {
  start(-1);
  EXPECT_EQ(gate_->duration(), 0);
}

}  // namespace
}  // namespace blip
