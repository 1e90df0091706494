#include "plugins/support/video_queue.h"

#include <gtest/gtest.h>

#include <future>

namespace blip {
namespace {

BufferPtr buffer_at(GstClockTime time) {
  BufferPtr buffer(gst_buffer_new());
  GST_BUFFER_PTS(buffer.get()) = time;
  return buffer;
}

EventPtr event_named(const char* name) {
  return EventPtr(gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty(name)));
}

bool is_buffer(const VideoQueue::Item& item) {
  return std::holds_alternative<BufferPtr>(item);
}

class VideoQueueTest : public ::testing::Test {
 protected:
  VideoQueueTest() { queue_.set_flushing(false); }
  VideoQueue queue_;
};

TEST_F(VideoQueueTest, KeepsBuffersAndEventsInOrder) {
  queue_.push(buffer_at(1));
  queue_.push(event_named("e"));
  queue_.push(buffer_at(2));
  for (const bool buffer : {true, false, true}) {
    EXPECT_EQ(is_buffer(*queue_.pop()), buffer);
    queue_.done(GST_FLOW_OK);
  }
}

TEST_F(VideoQueueTest, WaitsWhenFullOfBuffersButNotWithEvents) {
  for (int i = 0; i < 4; ++i) queue_.push(buffer_at(0));
  EXPECT_EQ(queue_.push(event_named("e")), GST_FLOW_OK);
  auto fifth = std::async(std::launch::async, [&] { return queue_.push(buffer_at(4)); });
  EXPECT_TRUE(queue_.pop());
  queue_.done(GST_FLOW_OK);
  EXPECT_EQ(fifth.get(), GST_FLOW_OK);
}

TEST_F(VideoQueueTest, TellsTheFlowThatTheTaskGot) {
  queue_.push(buffer_at(0));
  queue_.pop();
  queue_.done(GST_FLOW_NOT_LINKED);
  EXPECT_EQ(queue_.push(buffer_at(1)), GST_FLOW_NOT_LINKED);
  queue_.pop();
  queue_.done(GST_FLOW_OK);
  EXPECT_EQ(queue_.push(buffer_at(2)), GST_FLOW_OK);
}

TEST_F(VideoQueueTest, OnceDownstreamHasEnoughBuffersAreDroppedUntilANewSegment) {
  queue_.push(buffer_at(0));
  queue_.push(buffer_at(1));
  queue_.push(event_named("kept"));
  queue_.pop();
  queue_.done(GST_FLOW_EOS);
  EXPECT_EQ(queue_.push(buffer_at(2)), GST_FLOW_EOS);
  EXPECT_FALSE(is_buffer(*queue_.pop()));
  queue_.done(std::nullopt);
  EXPECT_TRUE(queue_.wait_idle());
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  queue_.push(EventPtr(gst_event_new_segment(&segment)));
  EXPECT_EQ(queue_.push(buffer_at(3)), GST_FLOW_OK);
}

TEST_F(VideoQueueTest, AnErrorDropsWhatWaitsAndWakesEverybody) {
  for (int i = 0; i < 4; ++i) queue_.push(buffer_at(0));
  queue_.pop();
  queue_.push(buffer_at(4));
  auto waiting = std::async(std::launch::async, [&] { return queue_.push(buffer_at(5)); });
  auto idle = std::async(std::launch::async, [&] { return queue_.wait_idle(); });
  queue_.done(GST_FLOW_ERROR);
  EXPECT_EQ(waiting.get(), GST_FLOW_ERROR);
  EXPECT_FALSE(idle.get());
  EXPECT_EQ(queue_.push(event_named("e")), GST_FLOW_ERROR);
}

TEST_F(VideoQueueTest, AFlushWakesEverybodyAndHandsTheEventsBack) {
  for (int i = 0; i < 4; ++i) queue_.push(buffer_at(0));
  queue_.push(event_named("kept"));
  auto waiting = std::async(std::launch::async, [&] { return queue_.push(buffer_at(5)); });
  const auto events = queue_.set_flushing(true);
  EXPECT_EQ(waiting.get(), GST_FLOW_FLUSHING);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(gst_event_has_name(events[0].get(), "kept"));
  EXPECT_FALSE(queue_.pop());
  EXPECT_FALSE(queue_.wait_idle());
  queue_.set_flushing(false);
  EXPECT_TRUE(queue_.wait_idle());
}

TEST_F(VideoQueueTest, IdleMeansPushedNotOnlyTaken) {
  queue_.push(buffer_at(0));
  queue_.pop();
  EXPECT_GE(queue_.pushing_for().count(), 0);
  auto idle = std::async(std::launch::async, [&] { return queue_.wait_idle(); });
  EXPECT_EQ(idle.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  queue_.done(GST_FLOW_OK);
  EXPECT_TRUE(idle.get());
  EXPECT_EQ(queue_.pushing_for().count(), 0);
}

}  // namespace
}  // namespace blip
