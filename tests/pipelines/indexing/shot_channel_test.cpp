#include "pipelines/indexing/shot_channel.h"

#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/pipelines/indexing/frames.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class ShotChannelTest : public testing::Test {
 protected:
  ShotChannelTest() {
    gst_init(nullptr, nullptr);
    run_.sampling.interval = 1'000'000'000;
    run_.sampling.gate.rule = GateRule::kOff;
  }
  // Frames a second apart: each is a stretch.
  bool decode(ShotChannel& channel, int count) {
    for (int i = 0; i < count; ++i)
      if (!channel.decoded(test::make_frame(1000 * next_++, 1000, {200, 0, 0}, {0, 0, 9}), send_)) return false;
    return true;
  }
  static void answer(ShotChannel& channel, std::int64_t time, const std::string& caption) {
    channel.encoded(time, {{1.0F}, nullptr});
    channel.described(time, caption);
  }

  AnalysisRun run_;
  std::vector<std::int64_t> sent_;  // times of frames, in seconds
  ShotChannel::Send send_ = [this](const SampledShot& shot) { sent_.push_back(shot.frame->time() / 1'000'000'000); };
  int next_ = 0;
};

TEST_F(ShotChannelTest, FramesComeOutWithWhatBelongsToThem) {
  ShotChannel channel(run_);
  decode(channel, 3);
  channel.finish(send_);
  EXPECT_THAT(sent_, ElementsAre(0, 1, 2));
  answer(channel, 0, "one");
  channel.encoded(1'000'000'000, {{2.0F}, nullptr});
  channel.encoded(2'000'000'000, {{3.0F}, nullptr});
  channel.described(1'000'000'000, std::nullopt);
  EXPECT_FALSE(channel.all_came_out());
  channel.described(2'000'000'000, "three");
  const auto done = channel.take_done();
  ASSERT_THAT(done, SizeIs(3));
  EXPECT_EQ(done[0].caption, "one");
  EXPECT_EQ(done[1].caption, std::nullopt);
  EXPECT_THAT(done[1].embedding, ElementsAre(2.0F));
  EXPECT_EQ(done[2].shot.end, 3'000'000'000);
  EXPECT_TRUE(channel.all_came_out());
}

TEST_F(ShotChannelTest, StretchesThatAreKnownAreCountedAndNotSent) {
  run_.known = 2;
  ShotChannel channel(run_);
  decode(channel, 4);
  channel.finish(send_);
  EXPECT_THAT(sent_, ElementsAre(2, 3));
  EXPECT_EQ(channel.end().stretches, 4);
  EXPECT_EQ(channel.end().end, 4'000'000'000);
}

TEST_F(ShotChannelTest, AnInterruptDropsWhatIsNotComplete) {
  ShotChannel channel(run_);
  decode(channel, 3);
  channel.drop_open();
  channel.finish(send_);
  EXPECT_THAT(sent_, ElementsAre(0)) << "the second one may still have been prolonged";
  EXPECT_TRUE(channel.end().interrupted);
}

TEST_F(ShotChannelTest, TheDecoderWaitsWhileEnoughAreOnTheirWay) {
  ShotChannel channel(run_);
  std::atomic<bool> over{false};
  std::thread decoder([&] {
    decode(channel, 40);
    channel.finish(send_);
    over = true;
  });
  std::size_t done = 0, most = 0;
  for (std::int64_t next = 0; next < 40;) {
    const bool there = !channel.all_came_out();
    if (!there) continue;
    answer(channel, next * 1'000'000'000, "text");
    ++next;
    const auto taken = channel.take_done();
    done += taken.size();
    most = std::max(most, taken.size());
  }
  decoder.join();
  EXPECT_EQ(done, 40u);
  EXPECT_TRUE(over);
}

TEST_F(ShotChannelTest, NobodyWaitsWhenItIsClosed) {
  ShotChannel channel(run_);
  std::thread decoder([&] { EXPECT_FALSE(decode(channel, 100)); });
  while (channel.end().stretches < 16) std::this_thread::yield();
  channel.close();
  decoder.join();
  EXPECT_LE(sent_.size(), 16u);
}

TEST_F(ShotChannelTest, TellsTheSizeOfUprightPictures) {
  ShotChannel channel(run_);
  channel.decoded(test::make_frame(0, 1000, {}, {}, Orientation::kRotate90Clockwise), send_);
  EXPECT_EQ(channel.end().width, 48);
  EXPECT_EQ(channel.end().height, 64);
}

}  // namespace
}  // namespace blip
