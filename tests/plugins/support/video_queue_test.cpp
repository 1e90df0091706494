#include "plugins/support/video_queue.h"

#include <gtest/gtest.h>

#include <future>

#include "plugins/meta/gst_blip_result_meta.h"

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

BufferPtr frame_at(std::uint64_t second) {
  BufferPtr buffer(gst_buffer_new_allocate(nullptr, 100, nullptr));
  GST_BUFFER_PTS(buffer.get()) = second * GST_SECOND;
  GST_BUFFER_DURATION(buffer.get()) = GST_SECOND;
  return buffer;
}

FrameResultPtr result(const char* text, std::uint64_t second, std::optional<Gate> gate = std::nullopt) {
  FrameResult made;
  if (text != nullptr) made.meta.reset(gst_structure_new("blip-text", "text", G_TYPE_STRING, text, nullptr));
  made.gate = gate;
  made.stream_time = second * GST_SECOND;
  return std::make_shared<const FrameResult>(std::move(made));
}

class ResultQueueTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { gst_blip_register_result_metas(); }

  void push(std::uint64_t second, std::vector<std::uint64_t> analyses = {}) {
    EXPECT_EQ(queue_.push(frame_at(second), std::move(analyses), second * GST_SECOND), GST_FLOW_OK);
  }
  // "frame 3", with " text" and its age in seconds if it carries a result; "gap 3".
  std::string pop() {
    auto item = queue_.pop();
    queue_.done(GST_FLOW_OK);
    if (auto* event = std::get_if<EventPtr>(&*item)) {
      GstClockTime start = 0;
      gst_event_parse_gap(event->get(), &start, nullptr);
      return "gap " + std::to_string(start / GST_SECOND);
    }
    GstBuffer* buffer = std::get<BufferPtr>(*item).get();
    std::string line = "frame " + std::to_string(GST_BUFFER_PTS(buffer) / GST_SECOND);
    if (const GstStructure* found = gst_blip_buffer_get_result(buffer, "blip-text")) {
      line += std::string(" ") + gst_structure_get_string(found, "text");
      guint64 age = 0;
      if (gst_structure_get_uint64(found, "age", &age)) line += " " + std::to_string(age / GST_SECOND);
    }
    return line;
  }

  VideoQueue queue_;
};

TEST_F(ResultQueueTest, ExactlyAFrameWaitsForItsResultAndTheOthersForIt) {
  queue_.set_rules({/*exact=*/true, false, 0});
  queue_.set_flushing(false);
  push(1, {7});
  push(2);
  auto first = std::async(std::launch::async, [&] { return pop(); });
  EXPECT_EQ(first.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  queue_.resolve(7, result("a dog", 1));
  EXPECT_EQ(first.get(), "frame 1 a dog");
  EXPECT_EQ(pop(), "frame 2");
}

TEST_F(ResultQueueTest, WithoutAResultTheFrameLeavesAllTheSame) {
  queue_.set_rules({true, false, 0});
  queue_.set_flushing(false);
  push(1, {7});
  queue_.resolve(7, nullptr);
  EXPECT_EQ(pop(), "frame 1");
}

TEST_F(ResultQueueTest, OfTwoAnalysesTheFrameWaitsForBoth) {
  queue_.set_rules({true, false, 0});
  queue_.set_flushing(false);
  push(1, {7, 8});
  queue_.resolve(8, result("second", 1));
  queue_.resolve(7, result("first", 1));
  EXPECT_EQ(pop(), "frame 1 first");  // the last to come stays
}

TEST_F(ResultQueueTest, BehindAFrameThatWaitsThereIsRoomForMoreThanAFew) {
  queue_.set_rules({true, false, 0});
  queue_.set_flushing(false);
  push(0, {7});
  for (std::uint64_t second = 1; second < 50; ++second) push(second);
  queue_.resolve(7, nullptr);
  for (int i = 0; i < 50; ++i) pop();
}

TEST_F(ResultQueueTest, TheLatestResultRidesOnTheNextFrameOnce) {
  queue_.set_rules({/*exact=*/false, false, 0});
  queue_.set_flushing(false);
  push(1, {7});
  EXPECT_EQ(pop(), "frame 1");
  queue_.resolve(7, result("a dog", 1));
  push(4);
  push(5);
  EXPECT_EQ(pop(), "frame 4 a dog 3");
  EXPECT_EQ(pop(), "frame 5");
}

TEST_F(ResultQueueTest, AResultThatIsTooOldIsNotAttached) {
  queue_.set_rules({false, false, 2 * GST_SECOND});
  queue_.set_flushing(false);
  queue_.resolve(7, result("a dog", 1));
  push(4);
  EXPECT_EQ(pop(), "frame 4");
}

TEST_F(ResultQueueTest, AGateTurnsFramesIntoGapsUntilAResultOpensIt) {
  queue_.set_rules({true, /*gated=*/true, 0});
  queue_.set_flushing(false);
  push(0);
  push(1, {7});
  push(2);
  push(3, {8});
  queue_.resolve(7, result("yes", 1, Gate{true, 0}));
  queue_.resolve(8, result("no", 3, Gate{false, 0}));
  EXPECT_EQ(pop(), "gap 0");
  EXPECT_EQ(pop(), "frame 1 yes");
  EXPECT_EQ(pop(), "frame 2");
  EXPECT_EQ(pop(), "gap 3");
  push(4);
  EXPECT_EQ(pop(), "gap 4");
}

TEST_F(ResultQueueTest, AGateMayStayOpenForAWhile) {
  queue_.set_rules({true, true, 0});
  queue_.set_flushing(false);
  push(1, {7});
  push(4);
  push(5);
  queue_.resolve(7, result("no", 1, Gate{false, 5 * GST_SECOND}));
  EXPECT_EQ(pop(), "frame 1 no");
  EXPECT_EQ(pop(), "frame 4");
  EXPECT_EQ(pop(), "gap 5");
}

TEST_F(ResultQueueTest, AFlushForgetsResultsAndClosesTheGate) {
  queue_.set_rules({false, true, 0});
  queue_.set_flushing(false);
  queue_.resolve(7, result("a dog", 1, Gate{true, 0}));
  queue_.set_flushing(true);
  queue_.set_flushing(false);
  push(1);
  EXPECT_EQ(pop(), "gap 1");
}

}  // namespace
}  // namespace blip
