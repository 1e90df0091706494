#include <random>
#include <thread>

#include "tests/plugins/caption/pipeline_run.h"

namespace blip::test {
namespace {

using Robustness = ElementTest;

TEST_F(Robustness, TwoElementsInOnePipelineDoNotDisturbEachOther) {
  const auto pipeline =
      parse_pipeline(black_video(3) +
                     "! tee name=t ! queue ! blipcaption gate=off name=a ! fakesink a.text ! fakesink t. ! queue ! "
                     "blipcaption gate=off fps=0 name=b ! fakesink b.text ! fakesink");
  EXPECT_EQ(play(pipeline.get()), "");
  EXPECT_EQ(fake_engine().begun(), 3u + 30u);
}

TEST_F(Robustness, TwoInARowPassTheVideoOn) {
  const auto pipeline = parse_pipeline(
      black_video(2) + "! blipcaption gate=off ! blipcaption gate=off name=b ! fakesink b.text ! fakesink");
  EXPECT_EQ(play(pipeline.get()), "");
  EXPECT_EQ(fake_engine().begun(), 4u);
}

// Both sinks must preroll before the window, which is longer than what the queues hold, is full.
TEST_F(Robustness, AWindowDoesNotKeepThePipelineFromStarting) {
  const auto pipeline = parse_pipeline(black_video(5) +
                                       "! blipencoder model=fake ! blipdecoder model=fake frames=4 window=4000000000 "
                                       "name=d ! fakesink d.text ! fakesink");
  EXPECT_EQ(play(pipeline.get()), "");
  EXPECT_EQ(fake_engine().begun(), 2u);
}

TEST_F(Robustness, AnErrorDownstreamAfterUpstreamsEndIsPosted) {
  fake_engine().hold();
  const auto pipeline = parse_pipeline(
      "videotestsrc num-buffers=3 ! video/x-raw,format=I420,width=16,height=16,framerate=1/1 ! blipcaption ! "
      "identity error-after=3 ! fakesink sync=false");
  std::thread releaser([] { fake_engine().wait_begun(1) ? fake_engine().release_all() : void(); });
  EXPECT_NE(play(pipeline.get()), "");
  releaser.join();
}

TEST_F(Robustness, ADownstreamThatHasEnoughEndsTheStream) {
  const auto pipeline = parse_pipeline(
      "videotestsrc ! video/x-raw,format=I420,width=16,height=16,framerate=10/1 ! blipcaption ! identity "
      "eos-after=30 ! fakesink sync=false");
  EXPECT_EQ(play(pipeline.get()), "");
}

// Starts, seeks, pauses, pad requests and stops in a random order; nothing may hang or leave the element unusable.
TEST_F(Robustness, SurvivesARandomWalk) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    std::mt19937 random(seed);
    const auto pipeline = parse_pipeline(
        std::string("videotestsrc ! video/x-raw,format=I420,width=16,height=16,framerate=30/1 ! blipcaption fps=10 ") +
        (seed % 2 == 0 ? "cue-mode=coalesce" : "") + " name=c ! fakesink sync=" + (seed % 3 == 0 ? "true" : "false") +
        " c.text ! fakesink sync=false async=false");
    const ElementPtr element(gst_bin_get_by_name(GST_BIN(pipeline.get()), "c"));
    for (int step = 0; step < 25; ++step) {
      switch (random() % 5) {
        case 0:
          gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
          break;
        case 1:
          gst_element_set_state(pipeline.get(), GST_STATE_PAUSED);
          break;
        case 2:
          gst_element_set_state(pipeline.get(), random() % 2 == 0 ? GST_STATE_READY : GST_STATE_NULL);
          break;
        case 3:
          gst_element_seek_simple(pipeline.get(), GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
                                  static_cast<gint64>(random() % 10) * 500 * GST_MSECOND);
          break;
        default:
          gst_element_get_state(pipeline.get(), nullptr, nullptr, 20 * GST_MSECOND);
      }
    }
    EXPECT_EQ(gst_element_set_state(pipeline.get(), GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS) << "seed " << seed;
  }
}

}  // namespace
}  // namespace blip::test
