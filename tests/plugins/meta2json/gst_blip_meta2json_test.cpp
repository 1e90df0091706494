#include "plugins/meta2json/gst_blip_meta2json.h"

#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta/gst_blip_vision_meta.h"
#include "tests/plugins/meta2json/results.h"

namespace blip::test {
namespace {

class Meta2Json : public ::testing::Test {
 protected:
  void SetUp() override {
    harness_ = gst_harness_new("blipmeta2json");
    ASSERT_NE(harness_, nullptr);
  }
  void TearDown() override { gst_harness_teardown(harness_); }

  void start() { gst_harness_set_src_caps_str(harness_, "video/x-raw,format=I420,width=16,height=16,framerate=10/1"); }

  static GstBuffer* frame(int number) {
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 384, nullptr);
    GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(number) * 100 * GST_MSECOND;
    GST_BUFFER_DURATION(buffer) = 100 * GST_MSECOND;
    return buffer;
  }
  static GstBuffer* frame_with(int number, StructurePtr result) {
    GstBuffer* buffer = frame(number);
    gst_blip_buffer_set_result(buffer, result.release());
    return buffer;
  }
  GstFlowReturn push(GstBuffer* buffer) { return gst_harness_push(harness_, buffer); }

  // All records that came out so far.
  std::vector<nlohmann::json> records() {
    std::vector<nlohmann::json> found;
    while (GstBuffer* buffer = gst_harness_try_pull(harness_)) {
      std::string text(gst_buffer_get_size(buffer), '\0');
      gst_buffer_extract(buffer, 0, text.data(), text.size());
      EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
      found.push_back(nlohmann::json::parse(text));
      times_.emplace_back(GST_BUFFER_PTS(buffer), GST_BUFFER_DURATION(buffer));
      gst_buffer_unref(buffer);
    }
    return found;
  }
  std::vector<EventPtr> events() {
    std::vector<EventPtr> found;
    while (GstEvent* event = gst_harness_try_pull_event(harness_)) found.emplace_back(event);
    return found;
  }
  std::string event_names() {
    std::string names;
    for (const EventPtr& event : events()) names += std::string(GST_EVENT_TYPE_NAME(event.get())) + " ";
    return names;
  }

  GstHarness* harness_ = nullptr;
  std::vector<std::pair<GstClockTime, GstClockTime>> times_;
};

TEST_F(Meta2Json, WritesARecordForEachResultAtTheTimeOfTheFrameThatCarriesIt) {
  start();
  GstBuffer* buffer = frame_with(7, text_result("a dog", 5 * 100 * GST_MSECOND));
  StructurePtr itc = text_result("", 7 * 100 * GST_MSECOND);
  gst_structure_set_name(itc.get(), GST_BLIP_ITC_META);
  gst_blip_buffer_set_result(buffer, itc.release());
  EXPECT_EQ(push(buffer), GST_FLOW_OK);
  const auto found = records();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0]["kind"], "itc");
  EXPECT_EQ(found[1]["kind"], "text");
  EXPECT_EQ(found[1]["start"], 0.5);
  EXPECT_EQ(found[1]["text"], "a dog");
  for (const auto& [pts, duration] : times_) {
    EXPECT_EQ(pts, 700 * GST_MSECOND);
    EXPECT_EQ(duration, 100 * GST_MSECOND);
  }
}

TEST_F(Meta2Json, FramesWithoutResultsAreGaps) {
  start();
  events();
  EXPECT_EQ(push(frame(0)), GST_FLOW_OK);
  EXPECT_EQ(push(frame_with(1, text_result("a dog", 0))), GST_FLOW_OK);
  EXPECT_EQ(push(frame(2)), GST_FLOW_OK);
  GstBuffer* timeless = frame(0);
  GST_BUFFER_PTS(timeless) = GST_CLOCK_TIME_NONE;
  EXPECT_EQ(push(timeless), GST_FLOW_OK);
  EXPECT_EQ(records().size(), 1u);
  std::vector<GstClockTime> gaps;
  for (const EventPtr& event : events()) {
    GstClockTime start = 0, duration = 0;
    ASSERT_EQ(GST_EVENT_TYPE(event.get()), GST_EVENT_GAP);
    gst_event_parse_gap(event.get(), &start, &duration);
    gaps.push_back(start);
    EXPECT_EQ(duration, 100 * GST_MSECOND);
  }
  EXPECT_EQ(gaps, (std::vector<GstClockTime>{0, 200 * GST_MSECOND}));
}

TEST_F(Meta2Json, AResultThatRidesOnManyFramesIsWrittenOnce) {
  start();
  for (int number = 0; number < 5; ++number) {
    StructurePtr result = text_result("a dog", 0);
    gst_structure_set(result.get(), "age", G_TYPE_UINT64, static_cast<guint64>(number) * 100 * GST_MSECOND, nullptr);
    push(frame_with(number, std::move(result)));
  }
  EXPECT_EQ(records().size(), 1u);
}

TEST_F(Meta2Json, AFrameThatWasOnlyEncodedSaysSoOnceItIs) {
  start();
  GstBuffer* buffer = frame(3);
  GstBlipFeatures* features = gst_blip_features_new();
  GstBlipVisionMeta* meta = gst_buffer_add_blip_vision_meta(buffer, features);
  meta->stream_time = 300 * GST_MSECOND;
  meta->duration = GST_SECOND;
  push(gst_buffer_ref(buffer));
  EXPECT_EQ(records().size(), 0u) << "still pending";
  gst_blip_features_complete(features, "abc", 577, 768, nullptr, nullptr);
  gst_blip_features_unref(features);
  push(buffer);
  const auto found = records();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]["kind"], "features");
  EXPECT_EQ(found[0]["start"], 0.3);
  EXPECT_EQ(found[0]["end"], 1.3);
  EXPECT_EQ(found[0]["weights-id"], "abc");
  EXPECT_EQ(found[0]["tokens"], 577);
  EXPECT_EQ(found[0]["width"], 768);
  EXPECT_FALSE(found[0]["source"].get<std::string>().empty()) << "the stream's id";
}

TEST_F(Meta2Json, EventsComeInOrderWithOwnStreamIdAndCaps) {
  start();
  push(frame_with(0, text_result("a dog", 0)));
  GstEvent* video_start = gst_pad_get_sticky_event(harness_->srcpad, GST_EVENT_STREAM_START, 0);
  const gchar* video_id = nullptr;
  gst_event_parse_stream_start(video_start, &video_id);
  const auto found = events();
  ASSERT_EQ(found.size(), 3u);
  const gchar* id = nullptr;
  GstStreamFlags flags{};
  gst_event_parse_stream_start(found[0].get(), &id);
  gst_event_parse_stream_flags(found[0].get(), &flags);
  EXPECT_EQ(std::string(id), std::string(video_id) + "/json");
  EXPECT_NE(flags & GST_STREAM_FLAG_SPARSE, 0);
  EXPECT_EQ(gst_event_get_seqnum(found[0].get()), gst_event_get_seqnum(video_start));
  gst_event_unref(video_start);
  GstCaps* caps = nullptr;
  gst_event_parse_caps(found[1].get(), &caps);
  EXPECT_TRUE(gst_structure_has_name(gst_caps_get_structure(caps, 0), "application/x-json"));
  EXPECT_EQ(GST_EVENT_TYPE(found[2].get()), GST_EVENT_SEGMENT);
}

TEST_F(Meta2Json, NewVideoCapsAreNoNewsDownstream) {
  start();
  events();
  gst_harness_set_src_caps_str(harness_, "video/x-raw,format=NV12,width=640,height=480,framerate=0/1");
  push(frame(0));
  EXPECT_EQ(event_names().find("caps"), std::string::npos);
}

TEST_F(Meta2Json, KeepsTheSegmentSoThatTimesStayTheVideos) {
  start();
  events();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = 10 * GST_SECOND;
  segment.time = 3 * GST_SECOND;
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  push(frame(0));
  for (const EventPtr& event : events()) {
    if (GST_EVENT_TYPE(event.get()) != GST_EVENT_SEGMENT) continue;
    const GstSegment* passed = nullptr;
    gst_event_parse_segment(event.get(), &passed);
    EXPECT_TRUE(gst_segment_is_equal(passed, &segment));
    return;
  }
  FAIL() << "no segment came";
}

TEST_F(Meta2Json, PassesEosFlushesAndGapsButNoTagsOfTheVideo) {
  start();
  events();
  GstTagList* of_video = gst_tag_list_new(GST_TAG_VIDEO_CODEC, "H.264", nullptr);
  GstTagList* of_all = gst_tag_list_new(GST_TAG_TITLE, "film", nullptr);
  gst_tag_list_set_scope(of_all, GST_TAG_SCOPE_GLOBAL);
  gst_harness_push_event(harness_, gst_event_new_tag(of_video));
  EXPECT_EQ(event_names(), "");
  gst_harness_push_event(harness_, gst_event_new_tag(of_all));
  gst_harness_push_event(harness_, gst_event_new_gap(0, GST_SECOND));
  gst_harness_push_event(harness_, gst_event_new_flush_start());
  gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE));
  EXPECT_EQ(event_names(), "tag gap flush-start flush-stop ");
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(event_names(), "segment eos ");
  EXPECT_EQ(push(frame(0)), GST_FLOW_EOS);
}

TEST_F(Meta2Json, WritesAResultAgainAfterAFlush) {
  start();
  push(frame_with(0, text_result("a dog", 0)));
  gst_harness_push_event(harness_, gst_event_new_flush_start());
  gst_harness_push_event(harness_, gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  push(frame_with(0, text_result("a dog", 0)));
  EXPECT_EQ(records().size(), 2u);
}

TEST_F(Meta2Json, PropertiesMayChangeBetweenFrames) {
  start();
  const auto result = [](int number) {
    StructurePtr structure = text_result("", static_cast<GstClockTime>(number) * GST_SECOND);
    gst_structure_set_name(structure.get(), GST_BLIP_ITC_META);
    set_embedding(structure.get(), {0.5F, 0.25F});
    return structure;
  };
  push(frame_with(0, result(0)));
  g_object_set(harness_->element, "embeddings", TRUE, "source-label", "gate", nullptr);
  push(frame_with(1, result(1)));
  g_object_set(harness_->element, "embeddings", FALSE, "source-label", nullptr, nullptr);
  push(frame_with(2, result(2)));
  const auto found = records();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_FALSE(found[0].contains("embedding"));
  EXPECT_EQ(found[1]["embedding"], nlohmann::json::parse("[0.5, 0.25]"));
  EXPECT_EQ(found[1]["source"], "gate");
  EXPECT_FALSE(found[2].contains("embedding"));
  EXPECT_EQ(found[2]["source"], "cam");
}

TEST_F(Meta2Json, TakesAnyMemoryAndLayout) {
  start();
  const CapsPtr any(gst_pad_peer_query_caps(harness_->srcpad, nullptr));
  const CapsPtr device(gst_caps_from_string("video/x-raw(memory:DMABuf),format=NV12,width=16,height=16"));
  EXPECT_TRUE(gst_caps_can_intersect(any.get(), device.get()));
  const CapsPtr caps(gst_caps_from_string("video/x-raw,format=I420,width=16,height=16"));
  const QueryPtr query(gst_query_new_allocation(caps.get(), TRUE));
  ASSERT_TRUE(gst_pad_peer_query(harness_->srcpad, query.get()));
  EXPECT_TRUE(gst_query_find_allocation_meta(query.get(), GST_VIDEO_META_API_TYPE, nullptr));
  EXPECT_TRUE(gst_query_find_allocation_meta(query.get(), GST_VIDEO_CROP_META_API_TYPE, nullptr));
}

TEST_F(Meta2Json, AddsNoLatency) {
  start();
  gst_harness_set_upstream_latency(harness_, 40 * GST_MSECOND);
  EXPECT_EQ(gst_harness_query_latency(harness_), 40 * GST_MSECOND);
}

TEST_F(Meta2Json, AReusedElementBeginsAnew) {
  start();
  push(frame_with(0, text_result("a dog", 0)));
  ASSERT_EQ(gst_element_set_state(harness_->element, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
  gst_harness_play(harness_);
  gst_harness_push_event(harness_, gst_event_new_stream_start("second"));
  start();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(harness_, gst_event_new_segment(&segment));
  EXPECT_EQ(push(frame_with(0, text_result("a dog", 0))), GST_FLOW_OK);
  EXPECT_EQ(records().size(), 2u);
}

}  // namespace
}  // namespace blip::test
