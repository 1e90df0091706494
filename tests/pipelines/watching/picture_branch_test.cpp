#include "pipelines/watching/picture_branch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "core/vision/jpeg_file.h"
#include "pipelines/media_input/gst_owners.h"
#include "pipelines/media_input/new_element.h"
#include "tests/pipelines/watching/clip_colors.h"

namespace blip {
namespace {

using testing::ElementsAre;

class PictureBranchTest : public testing::Test {
 protected:
  void SetUp() override { gst_init(nullptr, nullptr); }

  // Ten red pictures a second through the branch.
  void play(const char* caps, PictureSize size) {
    const std::string launch = std::string("videotestsrc name=source pattern=red num-buffers=10 ! ") + caps +
                               ",framerate=10/1 ! tee name=split ! fakesink async=false sync=false";
    const PipelineHandle pipeline(gst_parse_launch(launch.c_str(), nullptr));
    const GstElementHandle split(gst_bin_get_by_name(GST_BIN(pipeline.get()), "split"));
    const GstElementHandle source(gst_bin_get_by_name(GST_BIN(pipeline.get()), "source"));
    const GstPadHandle pad(gst_element_get_static_pad(source.get(), "src"));
    add_picture_branch(pipeline.get(), split.get(), pad.get(), tap_, size, /*may_wait=*/true);
    const GstBusHandle bus(gst_element_get_bus(pipeline.get()));
    gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
    const GstMessageHandle message(gst_bus_timed_pop_filtered(
        bus.get(), 20 * GST_SECOND, static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
    ASSERT_TRUE(message && GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS);
  }

  std::mutex mutex_;
  std::vector<std::int64_t> passed_, made_;
  std::vector<std::string> jpegs_;
  std::function<bool(std::int64_t)> wanted_ = [](std::int64_t) { return true; };
  const PictureTap tap_{[this](std::int64_t time) { passed_.push_back(time / 1'000'000); },
                        [this](std::int64_t time) { return wanted_(time); },
                        [this](std::int64_t time, std::string jpeg) {
                          const std::lock_guard lock(mutex_);
                          made_.push_back(time / 1'000'000);
                          jpegs_.push_back(std::move(jpeg));
                        }};
};

TEST_F(PictureBranchTest, TellsOfAllPicturesAndMakesThoseThatAreWanted) {
  wanted_ = [](std::int64_t time) { return time == 300'000'000 || time >= 800'000'000; };
  play("video/x-raw,format=I420,width=64,height=48", {640, 480});
  EXPECT_THAT(passed_, ElementsAre(0, 100, 200, 300, 400, 500, 600, 700, 800, 900));
  EXPECT_THAT(made_, ElementsAre(300, 800, 900));
  const RgbImage image = decode_jpeg(jpegs_.at(0), "picture").image;
  EXPECT_EQ(std::pair(image.width, image.height), std::pair(64, 48));
  EXPECT_EQ(test::color_in(image), "red");
}

TEST_F(PictureBranchTest, MakesLargePicturesSmaller) {
  play("video/x-raw,format=NV12,width=1920,height=1080", {640, 480});
  const RgbImage image = decode_jpeg(jpegs_.at(0), "picture").image;
  EXPECT_EQ(std::pair(image.width, image.height), std::pair(640, 360));
}

}  // namespace
}  // namespace blip
