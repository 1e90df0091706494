// What is none of an element's business passes it: events both ways, queries, messages of time.
#include <set>

#include "tests/plugins/caption/pipeline_run.h"
#include "tests/plugins/family/elements.h"

namespace blip::test {
namespace {

// An element between two harness pads, with video running through it.
class Passing {
 public:
  explicit Passing(const std::string& name) : element_(make_element(name)) {
    harness_ = gst_harness_new_with_element(element_.get(), "sink", "src");
    gst_harness_set_src_caps_str(harness_, "video/x-raw,format=I420,width=32,height=24,framerate=10/1");
    EXPECT_EQ(gst_harness_push(harness_, i420_frame(32, 24, kRed, 0, 100 * GST_MSECOND)), GST_FLOW_OK);
  }
  ~Passing() {
    gst_element_set_state(element_.get(), GST_STATE_NULL);
    gst_harness_teardown(harness_);
  }
  Passing(const Passing&) = delete;
  Passing& operator=(const Passing&) = delete;

  GstHarness* harness() { return harness_; }
  GstPad* above() { return harness_->srcpad; }   // its peer is the element's sink pad
  GstPad* below() { return harness_->sinkpad; }  // its peer is the element's source pad

  // Waits for an event of that type, and of that structure's name unless null, to come out at the end.
  bool comes_down(GstEventType type, const char* name) {
    return arrives([this] { return gst_harness_pull_event(harness_); }, type, name);
  }
  bool comes_up(GstEventType type, const char* name) {
    return arrives([this] { return gst_harness_pull_upstream_event(harness_); }, type, name);
  }

 private:
  template <class Pull>
  static bool arrives(Pull pull, GstEventType type, const char* name) {
    while (const EventPtr event{pull()}) {
      if (GST_EVENT_TYPE(event.get()) == type && (name == nullptr || gst_event_has_name(event.get(), name)))
        return true;
    }
    return false;
  }

  ElementPtr element_;
  GstHarness* harness_ = nullptr;
};

using FamilyPassThrough = ElementTest;

GstEvent* custom(GstEventType type, const char* name) {
  return gst_event_new_custom(type, gst_structure_new(name, "number", G_TYPE_INT, 7, nullptr));
}

TEST_F(FamilyPassThrough, EventsGoDown) {
  for (const std::string& name : family()) {
    SCOPED_TRACE(name);
    Passing passing(name);
    GstHarness* harness = passing.harness();
    for (const GstEventType type :
         {GST_EVENT_CUSTOM_DOWNSTREAM, GST_EVENT_CUSTOM_DOWNSTREAM_OOB, GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
          GST_EVENT_CUSTOM_BOTH, GST_EVENT_CUSTOM_BOTH_OOB}) {
      EXPECT_TRUE(gst_harness_push_event(harness, custom(type, "app/mark")));
      EXPECT_TRUE(passing.comes_down(type, "app/mark")) << gst_event_type_get_name(type);
    }
    GstTagList* tags = gst_tag_list_new(GST_TAG_TITLE, "a film", nullptr);
    gst_tag_list_set_scope(tags, GST_TAG_SCOPE_GLOBAL);
    EXPECT_TRUE(gst_harness_push_event(harness, gst_event_new_tag(tags)));
    EXPECT_TRUE(passing.comes_down(GST_EVENT_TAG, nullptr));
    EXPECT_TRUE(gst_harness_push_event(harness, gst_event_new_gap(100 * GST_MSECOND, GST_SECOND)));
    EXPECT_TRUE(passing.comes_down(GST_EVENT_GAP, nullptr));
    EXPECT_TRUE(gst_harness_push_event(harness, gst_event_new_segment_done(GST_FORMAT_TIME, GST_SECOND)));
    EXPECT_TRUE(passing.comes_down(GST_EVENT_SEGMENT_DONE, nullptr));
    EXPECT_TRUE(gst_harness_push_event(harness, gst_event_new_stream_group_done(1)));
    EXPECT_TRUE(passing.comes_down(GST_EVENT_STREAM_GROUP_DONE, nullptr));
    gst_harness_push_event(harness, gst_event_new_eos());
    EXPECT_TRUE(passing.comes_down(GST_EVENT_EOS, nullptr));
  }
}

TEST_F(FamilyPassThrough, FlushesGoDownAndVideoFlowsAgain) {
  for (const std::string& name : family()) {
    SCOPED_TRACE(name);
    Passing passing(name);
    GstHarness* harness = passing.harness();
    EXPECT_TRUE(gst_harness_push_event(harness, gst_event_new_flush_start()));
    EXPECT_TRUE(passing.comes_down(GST_EVENT_FLUSH_START, nullptr));
    EXPECT_TRUE(gst_harness_push_event(harness, gst_event_new_flush_stop(TRUE)));
    EXPECT_TRUE(passing.comes_down(GST_EVENT_FLUSH_STOP, nullptr));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    EXPECT_TRUE(gst_harness_push_event(harness, gst_event_new_segment(&segment)));
    EXPECT_TRUE(passing.comes_down(GST_EVENT_SEGMENT, nullptr));
    EXPECT_EQ(gst_harness_push(harness, i420_frame(32, 24, kRed, 0, 100 * GST_MSECOND)), GST_FLOW_OK);
  }
}

TEST_F(FamilyPassThrough, EventsGoUp) {
  for (const std::string& name : family()) {
    SCOPED_TRACE(name);
    Passing passing(name);
    GstHarness* harness = passing.harness();
    for (const GstEventType type : {GST_EVENT_CUSTOM_UPSTREAM, GST_EVENT_CUSTOM_BOTH, GST_EVENT_CUSTOM_BOTH_OOB}) {
      EXPECT_TRUE(gst_harness_push_upstream_event(harness, custom(type, "app/ask")));
      EXPECT_TRUE(passing.comes_up(type, "app/ask")) << gst_event_type_get_name(type);
    }
    gst_harness_push_upstream_event(harness, gst_event_new_seek(1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
                                                                GST_SEEK_TYPE_SET, GST_SECOND, GST_SEEK_TYPE_NONE, -1));
    EXPECT_TRUE(passing.comes_up(GST_EVENT_SEEK, nullptr));
    gst_harness_push_upstream_event(harness, gst_event_new_navigation(gst_structure_new_empty("click")));
    EXPECT_TRUE(passing.comes_up(GST_EVENT_NAVIGATION, nullptr));
    gst_harness_push_upstream_event(harness, gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 1.5, 0, 0));
    EXPECT_TRUE(passing.comes_up(GST_EVENT_QOS, nullptr));
  }
}

// Answers what no element knows, and remembers what it was asked.
struct Answerer {
  std::mutex mutex;
  std::set<GstQueryType> asked;

  static gboolean answer(GstPad* pad, GstObject* parent, GstQuery* query) {
    auto* self = static_cast<Answerer*>(pad->querydata);
    {
      const std::lock_guard lock(self->mutex);
      self->asked.insert(GST_QUERY_TYPE(query));
    }
    switch (GST_QUERY_TYPE(query)) {
      case GST_QUERY_POSITION:
        gst_query_set_position(query, GST_FORMAT_TIME, 3 * GST_SECOND);
        return TRUE;
      case GST_QUERY_DURATION:
        gst_query_set_duration(query, GST_FORMAT_TIME, 60 * GST_SECOND);
        return TRUE;
      case GST_QUERY_SEEKING:
        gst_query_set_seeking(query, GST_FORMAT_TIME, TRUE, 0, 60 * GST_SECOND);
        return TRUE;
      case GST_QUERY_CUSTOM:
        gst_structure_set(gst_query_writable_structure(query), "answer", G_TYPE_INT, 42, nullptr);
        return TRUE;
      default:
        return gst_pad_query_default(pad, parent, query);
    }
  }
  void take(GstPad* pad) {
    const std::lock_guard lock(mutex);
    gst_pad_set_query_function_full(pad, answer, this, nullptr);
  }
};

TEST_F(FamilyPassThrough, QueriesGoUp) {
  for (const std::string& name : family()) {
    SCOPED_TRACE(name);
    Answerer answerer;  // outlives the pads that ask it
    Passing passing(name);
    answerer.take(passing.above());
    gint64 position = 0, duration = 0;
    EXPECT_TRUE(gst_pad_peer_query_position(passing.below(), GST_FORMAT_TIME, &position));
    EXPECT_EQ(position, 3 * GST_SECOND);
    EXPECT_TRUE(gst_pad_peer_query_duration(passing.below(), GST_FORMAT_TIME, &duration));
    EXPECT_EQ(duration, 60 * GST_SECOND);
    const QueryPtr seeking(gst_query_new_seeking(GST_FORMAT_TIME));
    EXPECT_TRUE(gst_pad_peer_query(passing.below(), seeking.get()));
    const QueryPtr app(gst_query_new_custom(GST_QUERY_CUSTOM, gst_structure_new_empty("app/question")));
    EXPECT_TRUE(gst_pad_peer_query(passing.below(), app.get()));
    EXPECT_TRUE(gst_structure_has_field(gst_query_get_structure(app.get()), "answer"));
  }
}

TEST_F(FamilyPassThrough, QueriesGoDown) {
  for (const std::string& name : family()) {
    SCOPED_TRACE(name);
    Answerer answerer;  // outlives the pads that ask it
    Passing passing(name);
    answerer.take(passing.below());
    const QueryPtr app(gst_query_new_custom(GST_QUERY_CUSTOM, gst_structure_new_empty("app/question")));
    EXPECT_TRUE(gst_pad_peer_query(passing.above(), app.get()));
    EXPECT_TRUE(gst_structure_has_field(gst_query_get_structure(app.get()), "answer"));
  }
}

TEST_F(FamilyPassThrough, ElementsThatPassVideoPassItUnchangedInOrder) {
  for (const std::string& name : family()) {
    const ElementPtr probe = make_element(name);
    const PadPtr source(gst_element_get_static_pad(probe.get(), "src"));
    const CapsPtr video(gst_caps_from_string("video/x-raw,format=I420,width=32,height=24,framerate=10/1"));
    const CapsPtr made(gst_pad_get_pad_template_caps(source.get()));
    if (!gst_caps_can_intersect(made.get(), video.get())) continue;
    SCOPED_TRACE(name);
    Passing passing(name);
    GstHarness* harness = passing.harness();
    std::vector<GstMemory*> sent;
    for (int number = 1; number <= 40; ++number) {
      GstBuffer* frame =
          i420_frame(32, 24, kBlue, static_cast<GstClockTime>(number) * 100 * GST_MSECOND, 100 * GST_MSECOND);
      sent.push_back(gst_buffer_get_memory(frame, 0));
      ASSERT_EQ(gst_harness_push(harness, frame), GST_FLOW_OK);
    }
    gst_harness_push_event(harness, gst_event_new_eos());
    gst_buffer_unref(gst_harness_pull(harness));  // the first, of the set-up
    for (std::size_t number = 1; number <= sent.size(); ++number) {
      GstBuffer* frame = gst_harness_pull(harness);
      ASSERT_NE(frame, nullptr);
      EXPECT_EQ(GST_BUFFER_PTS(frame), number * 100 * GST_MSECOND);
      EXPECT_EQ(GST_BUFFER_DURATION(frame), 100 * GST_MSECOND);
      EXPECT_EQ(gst_buffer_peek_memory(frame, 0), sent[number - 1]) << "the very same pixels";
      gst_buffer_unref(frame);
    }
    for (GstMemory* memory : sent) gst_memory_unref(memory);
  }
}

}  // namespace
}  // namespace blip::test
