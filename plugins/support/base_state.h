#pragma once

#include <gst/gst.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "plugins/support/analysis_worker.h"
#include "plugins/support/base_settings.h"
#include "plugins/support/frame_schedule.h"
#include "plugins/support/gst_blip_base.h"
#include "plugins/support/latency_meter.h"
#include "plugins/support/text_pad.h"
#include "plugins/support/text_queue.h"
#include "plugins/support/video_queue.h"

namespace blip {

// What is known of the stream that arrives; the sink pad's streaming thread alone uses it.
struct StreamPosition {
  GstSegment segment;
  std::int64_t text_shift = 0;  // text's timestamps minus the video's; see text_segment()
  std::shared_ptr<const FrameFormat> format;
  Orientation orientation = Orientation::kUpright;
  FrameSchedule schedule;
  std::optional<bool> live;
  std::optional<std::int64_t> last_start, last_end;  // of the newest frame, in the segment's time
  std::int64_t last_step = 0;                        // between the last two frames

  StreamPosition() { gst_segment_init(&segment, GST_FORMAT_TIME); }
  // The end of the newest frame, in the text's time.
  std::optional<std::int64_t> text_end() const {
    return last_end ? std::optional(*last_end + text_shift) : std::nullopt;
  }
};

struct Counters {
  std::atomic<std::uint64_t> frames{0}, sampled{0}, analysed{0}, skipped{0}, failed{0}, analysis_time{0};  // time in ns
};

// GStreamer's own locks see to it that a pad's thread has ended before the next one starts and before the element goes;
// this says so in the terms of C++, for tools that know only those. Held while a thread is inside the element.
class Handover {
 public:
  class Inside {
   public:
    explicit Inside(Handover& handover) : handover_(handover) { handover_.turns_.load(std::memory_order_acquire); }
    ~Inside() { handover_.turns_.fetch_add(1, std::memory_order_release); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Handover& handover_;
  };

 private:
  std::atomic<std::uint64_t> turns_{0};
};

// The C++ half of an element: made in instance_init, deleted in finalize.
struct BaseState {
  explicit BaseState(GstBlipBase* self);

  GstElement* element;
  GstPad* sink = nullptr;  // owned by the element, as long as it lives
  GstPad* src = nullptr;

  Handover handover;
  Guarded<BaseSettings> settings;
  Guarded<std::string> stream_id;
  Counters counters;
  StreamPosition stream;

  VideoQueue video;
  TextQueue text;
  AnalysisWorker worker;
  std::unique_ptr<Analysis> analysis;
  Engine* engine = nullptr;

  std::mutex text_pad_mutex;
  PadPtr text_pad;                    // under text_pad_mutex
  std::unique_ptr<TextPad> text_out;  // of the text pad's task, made and removed while that does not run

  std::atomic<std::uint64_t> next_id{1};
  std::atomic<bool> upstream_eos{false};
  std::atomic<guint32> last_seek{GST_SEQNUM_INVALID};
  std::atomic<std::int64_t> latency{0};  // ns, what the text pad promises
  LatencyMeter latency_meter;            // the worker's
  int failures_in_a_row = 0;             // the worker's

  std::string source() const;  // the label, else the stream id
  PadPtr current_text_pad();
};

// Streaming, in base_streaming.cpp; events and queries, in base_events.cpp; the worker's side, in base_analysis.cpp.
GstFlowReturn base_chain(GstPad* pad, GstObject* parent, GstBuffer* buffer);
GstFlowReturn base_sink_event(GstPad* pad, GstObject* parent, GstEvent* event);
gboolean base_sink_query(GstPad* pad, GstObject* parent, GstQuery* query);
gboolean base_src_event(GstPad* pad, GstObject* parent, GstEvent* event);
gboolean base_src_query(GstPad* pad, GstObject* parent, GstQuery* query);
gboolean base_text_query(GstPad* pad, GstObject* parent, GstQuery* query);
gboolean base_sink_activate_mode(GstPad* pad, GstObject* parent, GstPadMode mode, gboolean active);
gboolean base_src_activate_mode(GstPad* pad, GstObject* parent, GstPadMode mode, gboolean active);
gboolean base_text_activate_mode(GstPad* pad, GstObject* parent, GstPadMode mode, gboolean active);
GstIterator* base_internal_links(GstPad* pad, GstObject* parent);
void base_src_loop(gpointer pad);
void base_text_loop(gpointer pad);

AnalysisWorker::Hooks base_worker_hooks(BaseState& state);

}  // namespace blip
