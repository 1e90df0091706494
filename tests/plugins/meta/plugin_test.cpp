// An application that links the library reads what the plug-in, which has a copy of its own, puts on frames.
#include <gst/app/gstappsink.h>
#include <gtest/gtest.h>

#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta/gst_blip_vision_meta.h"
#include "tests/support/fake_engine/fake_engine.h"

namespace blip::test {
namespace {

TEST(PlugIn, AnApplicationReadsItsFeaturesAndResults) {
  fake_engine().reset();
  GstPlugin* plugin = gst_plugin_load_file(BLIP_BUILT_PLUGIN, nullptr);
  ASSERT_NE(plugin, nullptr);
  gst_object_unref(plugin);
  GError* error = nullptr;
  GstElement* pipeline = gst_parse_launch(
      "videotestsrc pattern=red num-buffers=20 ! video/x-raw,format=I420,width=64,height=48,framerate=10/1 ! "
      "blipencoder model=fake attach=exact queries=\"a red car\" ! tee ! queue ! videoconvert ! "
      "video/x-raw,format=RGB ! appsink name=out sync=false",
      &error);
  ASSERT_NE(pipeline, nullptr) << error->message;
  GstElement* out = gst_bin_get_by_name(GST_BIN(pipeline), "out");
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  int frames = 0, encoded = 0;
  while (GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(out), 10 * GST_SECOND)) {
    GstBuffer* buffer = gst_sample_get_buffer(sample);
    ++frames;
    if (const GstBlipVisionMeta* meta = gst_buffer_get_blip_vision_meta(buffer)) {
      ++encoded;
      EXPECT_EQ(meta->pts, GST_BUFFER_PTS(buffer));
      EXPECT_EQ(meta->width, 64u);
      EXPECT_EQ(meta->height, 48u);
      EXPECT_EQ(gst_blip_features_wait(meta->features, 10 * GST_SECOND), GST_BLIP_FEATURES_READY);
      EXPECT_STREQ(gst_blip_features_get_weights_id(meta->features), "weights of fake");
      EXPECT_NE(gst_blip_buffer_get_result(buffer, GST_BLIP_ITC_META), nullptr);
    }
    gst_sample_unref(sample);
  }
  EXPECT_EQ(frames, 20);
  EXPECT_EQ(encoded, 2) << "one a second";
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(out);
  gst_object_unref(pipeline);
}

}  // namespace
}  // namespace blip::test
