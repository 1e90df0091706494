#include "plugins/support/text_queue.h"

#include <gtest/gtest.h>

#include <future>

namespace blip {
namespace {

std::shared_ptr<const Finding> said(const std::string& text) {
  return std::make_shared<const Finding>(Finding{text, {}});
}

EventPtr stream_start() {
  return EventPtr(gst_event_new_stream_start("s/text"));
}

EventPtr segment() {
  GstSegment time;
  gst_segment_init(&time, GST_FORMAT_TIME);
  return EventPtr(gst_event_new_segment(&time));
}

class TextQueueTest : public ::testing::Test {
 protected:
  TextQueueTest() : queue_([this] { return std::chrono::milliseconds(stalled_); }) {
    queue_.clear();
    queue_.set_pad_active(true);
  }
  void begin() {
    queue_.mark(std::nullopt, std::nullopt, stream_start());
    queue_.mark(std::nullopt, 0, segment());
  }
  // "stream-start", "cue 0-10 a", "gap 0-10", "none".
  std::string next() {
    const auto item = queue_.pop();
    if (!item) return "none";
    queue_.done(GST_FLOW_OK);
    if (const auto* event = std::get_if<EventPtr>(&*item)) return gst_event_type_get_name(GST_EVENT_TYPE(event->get()));
    const TextStep& step = std::get<TextStep>(*item);
    const std::string span = std::to_string(step.start) + "-" + std::to_string(step.end);
    return step.finding ? "cue " + span + " " + step.finding->text : "gap " + span;
  }

  std::atomic<int> stalled_{0};
  TextQueue queue_;
};

TEST_F(TextQueueTest, EventsKeepTheirPlaceAmongCues) {
  queue_.set_wanted(true);
  begin();
  queue_.sampled(1, 0, 10);
  queue_.mark(10, std::nullopt, EventPtr(gst_event_new_eos()));
  queue_.resolve(1, said("a"));
  for (const char* wanted : {"stream-start", "segment", "gap 0-0", "cue 0-10 a", "eos"}) EXPECT_EQ(next(), wanted);
}

TEST_F(TextQueueTest, APadThatComesLateIsToldWhereTheStreamIs) {
  begin();
  queue_.sampled(1, 0, 10);
  queue_.resolve(1, said("missed"));
  queue_.set_wanted(true);
  queue_.sampled(2, 10, 20);
  queue_.resolve(2, said("b"));
  for (const char* wanted : {"stream-start", "segment", "cue 10-20 b"}) EXPECT_EQ(next(), wanted);
}

TEST_F(TextQueueTest, APadThatComesAfterTheEndIsToldOfIt) {
  begin();
  queue_.mark(std::nullopt, std::nullopt, EventPtr(gst_event_new_eos()));
  queue_.set_wanted(true);
  for (const char* wanted : {"stream-start", "segment", "eos"}) EXPECT_EQ(next(), wanted);
}

TEST_F(TextQueueTest, GapsThatWaitBecomeOne) {
  queue_.set_wanted(true);
  begin();
  for (int time = 0; time <= 100; time += 10) queue_.advance(time);
  for (const char* wanted : {"stream-start", "segment", "gap 0-100"}) EXPECT_EQ(next(), wanted);
}

TEST_F(TextQueueTest, NothingFromBeforeAFlushComesOut) {
  queue_.set_wanted(true);
  begin();
  for (const char* wanted : {"stream-start", "segment", "gap 0-0"}) EXPECT_EQ(next(), wanted);
  queue_.sampled(1, 0, 10);
  queue_.sampled(2, 10, 20);
  queue_.resolve(1, said("old"));
  queue_.set_flushing(true);
  EXPECT_EQ(next(), "none");
  queue_.set_flushing(false);
  queue_.mark(std::nullopt, 0, segment());
  queue_.resolve(2, said("old"));
  queue_.sampled(3, 0, 10);
  queue_.resolve(3, said("new"));
  for (const char* wanted : {"segment", "gap 0-0", "cue 0-10 new"}) EXPECT_EQ(next(), wanted);
}

TEST_F(TextQueueTest, AStreamsStartThatHadNotLeftSurvivesAFlush) {
  queue_.set_wanted(true);
  queue_.sampled(1, 0, 10);  // holds back what follows
  begin();
  queue_.set_flushing(true);
  queue_.set_flushing(false);
  queue_.mark(std::nullopt, 0, segment());
  for (const char* wanted : {"stream-start", "segment"}) EXPECT_EQ(next(), wanted);
}

TEST_F(TextQueueTest, DeactivationWakesTheTask) {
  queue_.set_wanted(true);
  auto waiting = std::async(std::launch::async, [&] { return next(); });
  queue_.set_pad_active(false);
  EXPECT_EQ(waiting.get(), "none");
}

TEST_F(TextQueueTest, AnOpenCueIsGivenOutWhenTheVideoIsStalled) {
  queue_.set_mode(CueMode::kCoalesce);
  queue_.set_wanted(true);
  begin();
  for (const char* wanted : {"stream-start", "segment", "gap 0-0"}) EXPECT_EQ(next(), wanted);
  queue_.sampled(1, 0, 10);
  queue_.resolve(1, said("a"));
  stalled_ = 10'000;
  EXPECT_EQ(next(), "cue 0-10 a");
}

TEST_F(TextQueueTest, FlowIsThatOfThePadAndNotLinkedWithoutOne) {
  EXPECT_EQ(queue_.flow(), GST_FLOW_NOT_LINKED);
  queue_.set_wanted(true);
  EXPECT_EQ(queue_.flow(), GST_FLOW_OK);
  begin();
  queue_.pop();
  EXPECT_FALSE(queue_.wait_done(std::chrono::milliseconds(1)));
  queue_.done(GST_FLOW_NOT_NEGOTIATED);
  EXPECT_TRUE(queue_.wait_done(std::chrono::milliseconds(1)));
  EXPECT_EQ(queue_.flow(), GST_FLOW_NOT_NEGOTIATED);
  queue_.set_wanted(false);
  EXPECT_EQ(queue_.flow(), GST_FLOW_NOT_LINKED);
}

}  // namespace
}  // namespace blip
