// What stays on a frame behind the elements that users put between ours.
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta/gst_blip_vision_meta.h"

namespace blip::test {
namespace {

constexpr const char* kCaps = "video/x-raw,format=I420,width=64,height=48,framerate=10/1";
constexpr int kFrames = 3;

struct Passage {
  const char* chain;
  bool features_stay;
};

std::ostream& operator<<(std::ostream& out, const Passage& passage) {
  return out << passage.chain;
}

GstBuffer* frame_with_everything(int number, GstBlipFeatures* features) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_I420, 64, 48);
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr);
  gst_buffer_memset(buffer, 0, 128, GST_VIDEO_INFO_SIZE(&info));
  GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(number) * 100 * GST_MSECOND;
  GST_BUFFER_DURATION(buffer) = 100 * GST_MSECOND;
  gst_buffer_add_blip_vision_meta(buffer, features)->sequence = static_cast<guint64>(number);
  for (const char* name : {GST_BLIP_ITC_META, GST_BLIP_ITM_META, GST_BLIP_TEXT_META})
    gst_blip_buffer_set_result(buffer, gst_structure_new(name, "number", G_TYPE_INT, number, nullptr));
  return buffer;
}

int number_on(GstBuffer* buffer, const char* name) {
  const GstStructure* result = gst_blip_buffer_get_result(buffer, name);
  int number = -1;
  if (result != nullptr) gst_structure_get_int(result, "number", &number);
  return number;
}

void expect_on(GstBuffer* buffer, int number, GstBlipFeatures* features, bool features_stay) {
  for (const char* name : {GST_BLIP_ITC_META, GST_BLIP_ITM_META, GST_BLIP_TEXT_META})
    EXPECT_EQ(number_on(buffer, name), number) << name;
  const GstBlipVisionMeta* meta = gst_buffer_get_blip_vision_meta(buffer);
  ASSERT_EQ(meta != nullptr, features_stay);
  if (meta == nullptr) return;
  EXPECT_EQ(meta->features, features);
  EXPECT_EQ(meta->sequence, static_cast<guint64>(number));
  EXPECT_EQ(gst_buffer_get_n_meta(buffer, gst_blip_vision_meta_api_get_type()), 1u);
}

class StockElements : public ::testing::TestWithParam<Passage> {};

TEST_P(StockElements, CarryResultsAlwaysAndFeaturesWhileThePictureIsTheSame) {
  GError* error = nullptr;
  const std::string line = std::string("appsrc name=in format=time caps=") + kCaps + " ! " + GetParam().chain +
                           " ! appsink name=out sync=false";
  GstElement* pipeline = gst_parse_launch_full(line.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  ASSERT_NE(pipeline, nullptr) << error->message;
  GstElement* in = gst_bin_get_by_name(GST_BIN(pipeline), "in");
  GstElement* out = gst_bin_get_by_name(GST_BIN(pipeline), "out");
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  std::vector<GstBlipFeatures*> features;
  for (int number = 0; number < kFrames; ++number) {
    features.push_back(gst_blip_features_new());
    EXPECT_EQ(gst_app_src_push_buffer(GST_APP_SRC(in), frame_with_everything(number, features.back())), GST_FLOW_OK);
  }
  gst_app_src_end_of_stream(GST_APP_SRC(in));
  int pulled = 0;
  while (GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(out), 10 * GST_SECOND)) {
    if (pulled < kFrames)
      expect_on(gst_sample_get_buffer(sample), pulled, features[static_cast<std::size_t>(pulled)],
                GetParam().features_stay);
    ++pulled;
    gst_sample_unref(sample);
  }
  EXPECT_EQ(pulled, kFrames);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(in);
  gst_object_unref(out);
  gst_object_unref(pipeline);
  for (GstBlipFeatures* each : features) gst_blip_features_unref(each);
}

INSTANTIATE_TEST_SUITE_P(
    Chains, StockElements,
    ::testing::Values(
        Passage{"identity", true}, Passage{"queue", true}, Passage{"tee name=t ! queue ! fakesink t. ! queue", true},
        Passage{"tee name=t ! queue ! videobalance saturation=0.5 ! fakesink t. ! queue", true},
        Passage{"videoconvert ! video/x-raw,format=RGB", true},
        Passage{"videoscale ! video/x-raw,width=32,height=24", true},
        Passage{"videoscale add-borders=true ! video/x-raw,width=32,height=40", true},
        Passage{"videoconvertscale ! video/x-raw,format=NV12,width=100,height=50", true},
        Passage{"videoconvertscale ! video/x-raw,format=RGB", true}, Passage{"videocrop left=0", true},
        Passage{"videorate", true}, Passage{"capssetter caps=video/x-raw,colorimetry=bt709", true},
        Passage{"videocrop left=8 right=8", false}, Passage{"videobox left=8 top=-8", false},
        Passage{"videoflip video-direction=90r", false}, Passage{"videoflip video-direction=horiz", false},
        Passage{"videoflip video-direction=180", false}, Passage{"videoconvert ! rotate angle=0.5", false}));

}  // namespace
}  // namespace blip::test
