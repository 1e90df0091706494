#include <algorithm>
#include <cmath>
#include <utility>

#include "plugins/meta/gst_blip_vision_meta.h"
#include "plugins/support/base_state.h"

namespace blip {
namespace {

struct FrameSpan {
  std::int64_t start = 0;           // ns of the segment
  std::optional<std::int64_t> end;  // where its text ends, if that is known
};

// How long the text of a frame that nothing follows at a known time stands.
constexpr std::int64_t kTriggeredDuration = 2 * static_cast<std::int64_t>(GST_SECOND);

bool has_region_of_interest(GstBuffer* buffer) {
  return gst_buffer_get_meta(buffer, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE) != nullptr;
}

// Whether the frame is to be analysed, and until when its text stands.
class Choice {
 public:
  Choice(BaseState& state, GstBuffer* buffer, std::int64_t start, std::optional<std::int64_t> duration)
      : state_(state), buffer_(buffer), start_(start), duration_(duration), settings_(state.settings.snapshot()) {
    stream_time_ = gst_segment_to_stream_time(&state.stream.segment, GST_FORMAT_TIME, static_cast<guint64>(start));
  }

  std::optional<FrameSpan> make() {
    StreamPosition& stream = state_.stream;
    const bool features = gst_buffer_get_blip_vision_meta(buffer_) != nullptr;
    const bool possible = stream.segment.rate > 0 && stream_time_ != GST_CLOCK_TIME_NONE &&
                          (features || !state_.analysis->reads_features());
    if (!possible) return std::nullopt;
    const bool asked_for = state_.analyse_now.exchange(false);
    if (!asked_for && settings_->trigger == Trigger::kEvent) return std::nullopt;
    if (!asked_for && settings_->trigger == Trigger::kRoi && !has_region_of_interest(buffer_)) return std::nullopt;
    const auto window = stream.schedule.due(static_cast<std::int64_t>(stream_time_), settings_->fps);
    if (!asked_for) {
      if (!window) return std::nullopt;
      if (stream.due++ % static_cast<std::uint64_t>(settings_->inference_interval) != 0) return std::nullopt;
    }
    return FrameSpan{start_, end(window)};
  }

  guint64 stream_time() const { return stream_time_; }

 private:
  std::optional<std::int64_t> end(const std::optional<FrameSchedule::Window>& window) const {
    auto length = this->length(window);
    const bool bounded = state_.stream.is_live() && settings_->max_age > 0;
    if (length && bounded) length = std::min(*length, static_cast<std::int64_t>(settings_->max_age));
    return length ? std::optional(start_ + *length) : std::nullopt;
  }

  std::optional<std::int64_t> length(const std::optional<FrameSchedule::Window>& window) const {
    if (settings_->cue_duration > 0) return static_cast<std::int64_t>(settings_->cue_duration);
    if (settings_->trigger != Trigger::kAuto) return kTriggeredDuration;
    const GstBlipVisionMeta* meta = gst_buffer_get_blip_vision_meta(buffer_);
    const bool told = state_.analysis->reads_features() && meta != nullptr && GST_CLOCK_TIME_IS_VALID(meta->duration);
    if (window && window->end) {
      const double rate = std::abs(state_.stream.segment.applied_rate);
      const auto grid =
          static_cast<std::int64_t>(static_cast<double>(*window->end - static_cast<std::int64_t>(stream_time_)) / rate);
      const auto interval = grid + static_cast<std::int64_t>(static_cast<double>(GST_SECOND) / settings_->fps / rate) *
                                       (settings_->inference_interval - 1);
      return told ? std::max(interval, static_cast<std::int64_t>(meta->duration)) : interval;
    }
    if (told) return static_cast<std::int64_t>(meta->duration) * settings_->inference_interval;
    if (duration_ && *duration_ > 0) return *duration_ * settings_->inference_interval;
    return std::nullopt;
  }

  BaseState& state_;
  GstBuffer* buffer_;
  std::int64_t start_;
  std::optional<std::int64_t> duration_;
  std::shared_ptr<const BaseSettings> settings_;
  guint64 stream_time_;
};

FrameTimes times_of(const StreamPosition& stream, const FrameSpan& span) {
  const auto position = static_cast<guint64>(span.start);
  FrameTimes times;
  times.timestamp = position;
  times.stream_time = gst_segment_to_stream_time(&stream.segment, GST_FORMAT_TIME, position);
  times.running_time = gst_segment_to_running_time(&stream.segment, GST_FORMAT_TIME, position);
  if (span.end) times.duration = static_cast<std::uint64_t>(*span.end - span.start);
  return times;
}

// Says on the frame by what its features will be known.
void add_vision_meta(BaseState& state, BufferPtr& buffer, const FeaturesHandle& features, const FrameTimes& times) {
  buffer.reset(gst_buffer_make_writable(buffer.release()));
  if (GstBlipVisionMeta* old = gst_buffer_get_blip_vision_meta(buffer.get()))
    gst_buffer_remove_meta(buffer.get(), &old->meta);
  GstBlipVisionMeta* meta = gst_buffer_add_blip_vision_meta(buffer.get(), features.get());
  meta->pts = times.timestamp;
  meta->stream_time = times.stream_time;
  meta->running_time = times.running_time;
  meta->duration = times.duration;
  meta->width = static_cast<guint>(GST_VIDEO_INFO_WIDTH(&state.stream.format->info));
  meta->height = static_cast<guint>(GST_VIDEO_INFO_HEIGHT(&state.stream.format->info));
  meta->crop_width = meta->width;
  meta->crop_height = meta->height;
  if (const GstVideoCropMeta* crop = gst_buffer_get_video_crop_meta(buffer.get())) {
    meta->crop_x = crop->x;
    meta->crop_y = crop->y;
    meta->crop_width = crop->width;
    meta->crop_height = crop->height;
  }
  meta->sequence = state.next_sequence++;
}

// The job of one window, announced to the text.
FrameJob job_of(BaseState& state, WindowBuilder::Window window, SettingsPtr settings) {
  StreamPosition& stream = state.stream;
  FrameJob job;
  job.id = state.next_id++;
  job.times = times_of(stream, {window.start, window.end});
  job.settings = std::move(settings);
  job.stream_part = stream.part;
  job.live = stream.is_live();
  job.frames = std::move(window.frames);
  job.span = std::chrono::nanoseconds(window.last_start - window.start);
  const auto end = window.end ? std::optional(*window.end + stream.text_shift) : std::nullopt;
  state.text.sampled(job.id, window.start + stream.text_shift, end);
  return job;
}

WorkerLimits limits_of(const BaseState& state) {
  const auto settings = state.settings.snapshot();
  const bool live = state.stream.is_live();
  constexpr std::size_t kFileInFlight = 4, kFileWaiting = 4;
  WorkerLimits limits;
  limits.in_flight = settings->max_in_flight > 0 ? static_cast<std::size_t>(settings->max_in_flight)
                     : live                      ? 1
                                                 : kFileInFlight;
  const Leaky leaky = settings->leaky != Leaky::kAuto ? settings->leaky : live ? Leaky::kDownstream : Leaky::kNo;
  limits.make_room = leaky == Leaky::kNo         ? MakeRoom::kWait
                     : leaky == Leaky::kUpstream ? MakeRoom::kDropNew
                                                 : MakeRoom::kDropOldest;
  limits.waiting = leaky == Leaky::kNo ? std::max(limits.in_flight, kFileWaiting) : 1;
  return limits;
}

}  // namespace

std::vector<std::uint64_t> Sampled::ids() const {
  std::vector<std::uint64_t> ids;
  for (const FrameJob& job : jobs) ids.push_back(job.id);
  return ids;
}

Sampled sample_frame(BaseState& state, BufferPtr& buffer, std::int64_t start, std::optional<std::int64_t> duration) {
  Sampled sampled;
  Choice choice(state, buffer.get(), start, duration);
  const auto span = choice.make();
  if (!span) return sampled;
  ++state.counters.sampled;

  StreamPosition& stream = state.stream;
  const SettingsPtr settings = state.analysis->settings();
  SampledFrame frame;
  frame.times = times_of(stream, *span);
  frame.format = stream.format;
  frame.orientation = stream.orientation;
  if (!state.analysis->reads_features()) {
    FeaturesPromise promise(FeaturesHandle::make());
    add_vision_meta(state, buffer, promise.handle(), frame.times);
    frame.buffer = share(buffer.get());
    WindowBuilder::Window window{{}, start, span->end, start};
    window.frames.push_back(std::move(frame));
    sampled.jobs.push_back(job_of(state, std::move(window), settings));
    sampled.jobs.back().promise = std::move(promise);
    return sampled;
  }
  frame.features = FeaturesHandle::share(gst_buffer_get_blip_vision_meta(buffer.get())->features);
  const WindowOptions options = state.analysis->window(settings.get());
  const auto common = state.settings.snapshot();
  const bool compared = common->gate.rule == GateRule::kSimilar && options.frames == 1;
  if (compared || common->on_mismatch == OnMismatch::kRecompute) frame.buffer = share(buffer.get());
  for (auto& window : stream.windows.add(std::move(frame), start, span->end, options))
    sampled.jobs.push_back(job_of(state, std::move(window), settings));
  return sampled;
}

Sampled sample_rest(BaseState& state) {
  Sampled sampled;
  if (auto window = state.stream.windows.flush(state.stream.last_end))
    sampled.jobs.push_back(job_of(state, std::move(*window), state.analysis->settings()));
  return sampled;
}

GstFlowReturn submit_jobs(BaseState& state, Sampled sampled) {
  const WorkerLimits limits = limits_of(state);
  for (FrameJob& job : sampled.jobs) {
    switch (state.worker.submit(std::move(job), limits)) {
      case AnalysisWorker::Submitted::kFlushing:
        return GST_FLOW_FLUSHING;
      case AnalysisWorker::Submitted::kFailed:
        return GST_FLOW_ERROR;
      case AnalysisWorker::Submitted::kQueued:
        break;
    }
  }
  return GST_FLOW_OK;
}

}  // namespace blip
