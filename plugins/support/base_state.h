#pragma once

#include <gst/gst.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "plugins/support/analysis_worker.h"
#include "plugins/support/base_settings.h"
#include "plugins/support/frame_gate.h"
#include "plugins/support/frame_schedule.h"
#include "plugins/support/gst_blip_base.h"
#include "plugins/support/latency_meter.h"
#include "plugins/support/text_pad.h"
#include "plugins/support/text_queue.h"
#include "plugins/support/video_queue.h"
#include "plugins/support/window_builder.h"

namespace blip {

// What is known of the stream that arrives; the sink pad's streaming thread alone uses it.
struct StreamPosition {
  GstSegment segment;
  std::int64_t text_shift = 0;  // text's timestamps minus the video's; see text_segment()
  std::shared_ptr<const FrameFormat> format;
  Orientation orientation = Orientation::kUpright;
  FrameSchedule schedule;
  WindowBuilder windows;
  std::uint64_t part = 0;  // raised by flushes and new segments
  std::uint64_t due = 0;   // frames that were due, for inference-interval
  std::optional<bool> live;
  std::optional<std::int64_t> last_start, last_end;  // of the newest frame, in the segment's time
  std::int64_t last_step = 0;                        // between the last two frames

  StreamPosition() { gst_segment_init(&segment, GST_FORMAT_TIME); }
  bool is_live() const { return live.value_or(false); }
  // The end of the newest frame, in the text's time.
  std::optional<std::int64_t> text_end() const {
    return last_end ? std::optional(*last_end + text_shift) : std::nullopt;
  }
  // No longer knows where in the stream it is.
  void begin_part();
};

struct Counters {
  std::atomic<std::uint64_t> frames{0}, sampled{0}, analysed{0}, skipped{0}, failed{0}, analysis_time{0};  // time in ns
  std::atomic<std::uint64_t> gated_duplicate{0}, gated_similar{0};  // of those analysed
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

// The model that an element has opened, and its way into it.
class OpenModel {
 public:
  void set(std::shared_ptr<Model> model, std::unique_ptr<Stream> stream);
  void reset() { set(nullptr, nullptr); }
  std::shared_ptr<Model> model() const;
  std::shared_ptr<Stream> stream() const;
  // Whoever waits for the model is sent away, until told otherwise; also when a model is set later.
  void cancel(bool cancelled);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Model> model_;
  std::shared_ptr<Stream> stream_;
  bool cancelled_ = false;
};

// The C++ half of an element: made in instance_init, deleted in finalize.
struct BaseState {
  explicit BaseState(GstBlipBase* self);

  GstElement* element;
  GstPad* sink = nullptr;  // owned by the element, as long as it lives
  GstPad* src = nullptr;

  Handover handover;
  Guarded<BaseSettings> settings;
  Guarded<std::string> stream_id, last_error;
  Counters counters;
  StreamPosition stream;

  VideoQueue video;
  TextQueue text;
  AnalysisWorker worker;
  std::unique_ptr<Analysis> analysis;
  Engine* engine = nullptr;
  OpenModel open_model;

  std::mutex text_pad_mutex;
  PadPtr text_pad;                    // under text_pad_mutex
  std::unique_ptr<TextPad> text_out;  // of the text pad's task, made and removed while that does not run

  std::atomic<std::uint64_t> next_id{1}, next_sequence{1};
  std::atomic<bool> upstream_eos{false};
  std::atomic<bool> live{false}, exact{false};  // for queries: upstream is live; frames wait for their results
  std::atomic<bool> analyse_now{false};         // the next frame is due, whatever the schedule says
  std::atomic<bool> opens_quietly{false};       // another element tells of the model
  std::atomic<bool> reload{false};              // the model is to be opened anew before the next analysis
  std::atomic<guint32> last_seek{GST_SEQNUM_INVALID};
  std::atomic<std::int64_t> measured_latency{0};  // ns
  LatencyMeter latency_meter;                     // the worker's, as are those that follow
  FrameGate gate;
  std::int64_t failures_in_a_row = 0;
  std::uint64_t analysed_part = 0;
  bool told_mismatch = false, told_delay = false;

  std::string source() const;  // the label, else the stream id
  PadPtr current_text_pad();
  // What the text, and with attach=exact the video, of a live stream is promised to be late by at most, ns.
  std::int64_t promised_latency() const;
};

// Streaming, in base_streaming.cpp; sampling, in base_sampling.cpp; events and queries, in base_events.cpp and
// base_queries.cpp; the worker's side, in base_analysis.cpp and base_model.cpp.
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

// The analyses that begin with a frame, or end with the stream.
struct Sampled {
  std::vector<FrameJob> jobs;
  std::vector<std::uint64_t> ids() const;
};
// Looks whether the frame at `start` (segment time, ns) is to be analysed; puts what it will be known by on `buffer`.
Sampled sample_frame(BaseState& state, BufferPtr& buffer, std::int64_t start, std::optional<std::int64_t> duration);
// The window that has not been filled when the stream, or its segment, ends.
Sampled sample_rest(BaseState& state);
GstFlowReturn submit_jobs(BaseState& state, Sampled sampled);

AnalysisWorker::Hooks base_worker_hooks(BaseState& state);
bool open_model(BaseState& state);
// The features of a job's frames, or why they cannot be used.
Outcome<std::vector<FrameFeaturesPtr>> read_features(BaseState& state, const FrameJob& job);

}  // namespace blip
