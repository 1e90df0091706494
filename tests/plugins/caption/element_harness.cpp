#include "tests/plugins/caption/element_harness.h"

#include <gst/video/video.h>

#include <chrono>
#include <cstring>
#include <optional>
#include <stdexcept>

namespace blip::test {
namespace {

constexpr std::chrono::seconds kPatience{10};

std::string span(GstClockTime start, GstClockTime duration) {
  const std::string from = GST_CLOCK_TIME_IS_VALID(start) ? std::to_string(start / GST_MSECOND) : "";
  const bool whole = GST_CLOCK_TIME_IS_VALID(start) && GST_CLOCK_TIME_IS_VALID(duration);
  return from + "-" + (whole ? std::to_string((start + duration) / GST_MSECOND) : "");
}

std::string event_line(GstEvent* event) {
  std::string line = gst_event_type_get_name(GST_EVENT_TYPE(event));
  if (GST_EVENT_TYPE(event) == GST_EVENT_GAP) {
    GstClockTime start = 0, duration = 0;
    gst_event_parse_gap(event, &start, &duration);
    line += " " + span(start, duration);
  } else if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
    GstCaps* caps = nullptr;
    gst_event_parse_caps(event, &caps);
    const GStringPtr text(gst_caps_to_string(caps));
    line += std::string(" ") + text.get();
  }
  return line;
}

std::optional<GstClockTime> empty_gap(GstEvent* event) {
  GstClockTime start = 0, duration = GST_CLOCK_TIME_NONE;
  if (GST_EVENT_TYPE(event) == GST_EVENT_GAP) gst_event_parse_gap(event, &start, &duration);
  return duration == 0 ? std::optional(start) : std::nullopt;
}

}  // namespace

GstBuffer* i420_frame(int width, int height, Yuv color, GstClockTime pts, GstClockTime duration) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_I420, static_cast<guint>(width), static_cast<guint>(height));
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr);
  gst_buffer_memset(buffer, 0, color.y, GST_VIDEO_INFO_SIZE(&info));
  const gsize u = GST_VIDEO_INFO_PLANE_OFFSET(&info, 1), v = GST_VIDEO_INFO_PLANE_OFFSET(&info, 2);
  gst_buffer_memset(buffer, u, color.u, v - u);
  gst_buffer_memset(buffer, v, color.v, GST_VIDEO_INFO_SIZE(&info) - v);
  GST_BUFFER_PTS(buffer) = pts;
  GST_BUFFER_DURATION(buffer) = duration;
  return buffer;
}

std::string text_of(GstBuffer* buffer) {
  std::string text(gst_buffer_get_size(buffer), '\0');
  gst_buffer_extract(buffer, 0, text.data(), text.size());
  return text;
}

std::string message_text(GstMessage* message) {
  GError* error = nullptr;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error(message, &error, nullptr);
  } else {
    gst_message_parse_warning(message, &error, nullptr);
  }
  const std::string text = error->message;
  g_error_free(error);
  return text;
}

PadRecord::PadRecord(GstPad* pad) : pad_(share(pad)) {
  const auto mask = static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
                                                 GST_PAD_PROBE_TYPE_EVENT_FLUSH);
  const std::lock_guard lock(mutex_);  // makes this visible to the pad's thread
  probe_ = gst_pad_add_probe(pad, mask, on_data, this, nullptr);
}

PadRecord::~PadRecord() {
  gst_pad_remove_probe(pad_.get(), probe_);
}

GstPadProbeReturn PadRecord::on_data(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto* self = static_cast<PadRecord*>(data);
  if ((info->type & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
    GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    self->add("buffer " + span(GST_BUFFER_PTS(buffer), GST_BUFFER_DURATION(buffer)) + " " + text_of(buffer));
  } else if (const auto position = empty_gap(GST_PAD_PROBE_INFO_EVENT(info))) {
    const std::lock_guard lock(self->mutex_);
    self->positions_.push_back(*position / GST_MSECOND);
  } else {
    self->add(event_line(GST_PAD_PROBE_INFO_EVENT(info)));
  }
  return GST_PAD_PROBE_OK;
}

void PadRecord::add(std::string line) {
  const std::lock_guard lock(mutex_);
  lines_.push_back(std::move(line));
  changed_.notify_all();
}

std::vector<std::string> PadRecord::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

std::vector<std::uint64_t> PadRecord::positions() const {
  const std::lock_guard lock(mutex_);
  return positions_;
}

std::vector<std::string> PadRecord::texts() const {
  std::vector<std::string> texts;
  for (const std::string& line : lines()) {
    if (line.starts_with("buffer ") || line.starts_with("gap ")) texts.push_back(line);
  }
  return texts;
}

bool PadRecord::wait_for(const std::string& prefix, std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] {
    std::size_t found = 0;
    for (const std::string& line : lines_) found += line.starts_with(prefix) ? 1 : 0;
    return found >= count;
  });
}

CaptionHarness::CaptionHarness(Source source, const std::string& properties, const std::string& text_caps,
                               const std::string& element) {
  fake_engine().pause_open(true);
  GError* error = nullptr;
  const std::string line = element + " model=fake name=last " + properties;
  const bool chain = line.find('!') != std::string::npos;
  element_.reset(chain ? gst_parse_bin_from_description(line.c_str(), TRUE, &error)
                       : gst_parse_launch(line.c_str(), &error));
  if (error != nullptr) throw std::runtime_error(error->message);
  gst_object_ref_sink(element_.get());
  last_.reset(chain ? gst_bin_get_by_name(GST_BIN(element_.get()), "last")
                    : GST_ELEMENT(gst_object_ref(element_.get())));
  bus_ = gst_bus_new();
  gst_element_set_bus(element_.get(), bus_);
  video_ = gst_harness_new_with_element(element_.get(), "sink", "src");
  gst_harness_set_live(video_, source == Source::kLive);
  const PadPtr src(gst_element_get_static_pad(element_.get(), "src"));
  const auto events =
      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH);
  gst_pad_add_probe(src.get(), events, on_end, this, nullptr);
  if (text_caps.empty()) return;
  text_ = gst_harness_new_with_element(last_.get(), nullptr, "text");
  const PadPtr pad(gst_element_get_static_pad(last_.get(), "text"));
  text_record_ = std::make_unique<PadRecord>(pad.get());
  gst_harness_set_sink_caps_str(text_, text_caps.c_str());
}

CaptionHarness::~CaptionHarness() {
  fake_engine().release_all();
  gst_element_set_state(element_.get(), GST_STATE_NULL);
  text_record_.reset();
  if (text_ != nullptr) gst_harness_teardown(text_);
  gst_harness_teardown(video_);
  for (GstMessage* message : kept_) gst_message_unref(message);
  gst_element_set_bus(element_.get(), nullptr);
  gst_object_unref(bus_);
}

void CaptionHarness::start(const std::string& framerate) {
  start_with("video/x-raw,format=I420,width=32,height=24,framerate=" + framerate);
}

void CaptionHarness::start_with(const std::string& caps) {
  fake_engine().pause_open(false);
  gst_harness_set_src_caps_str(video_, caps.c_str());
}

GstFlowReturn CaptionHarness::push(Yuv color, GstClockTime pts, GstClockTime duration) {
  return gst_harness_push(video_, i420_frame(32, 24, color, pts, duration));
}

void CaptionHarness::push_span(Yuv color, std::uint64_t first, std::uint64_t end) {
  for (auto time = first; time < end; time += 100) {
    ASSERT_EQ(push(color, time * GST_MSECOND), GST_FLOW_OK);
    drop_video();
  }
}

GstPadProbeReturn CaptionHarness::on_end(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto* self = static_cast<CaptionHarness*>(data);
  const GstEventType type = GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info));
  if (type != GST_EVENT_EOS && type != GST_EVENT_FLUSH_START) return GST_PAD_PROBE_OK;
  const std::lock_guard lock(self->mutex_);
  self->end_ = type;
  self->ended_.notify_all();
  return GST_PAD_PROBE_OK;
}

bool CaptionHarness::push_eos() {
  {
    const std::lock_guard lock(mutex_);
    end_.reset();
  }
  if (gst_harness_push_event(video_, gst_event_new_eos()) == FALSE) return false;
  std::unique_lock lock(mutex_);
  return ended_.wait_for(lock, kPatience, [this] { return end_.has_value(); }) && end_ == GST_EVENT_EOS;
}

void CaptionHarness::drop_video() {
  while (GstBuffer* buffer = gst_harness_try_pull(video_)) gst_buffer_unref(buffer);
}

guint64 CaptionHarness::stat(const char* name) {
  return stat_of(last_.get(), name);
}

guint64 stat_of(GstElement* element, const char* name) {
  GstStructure* stats = nullptr;
  g_object_get(element, "stats", &stats, nullptr);
  guint64 value = G_MAXUINT64;
  gst_structure_get_uint64(stats, name, &value);
  gst_structure_free(stats);
  return value;
}

std::vector<GstMessage*> CaptionHarness::messages(GstMessageType types) {
  std::vector<GstMessage*> found;
  while (GstMessage* message = gst_bus_pop_filtered(bus_, types)) {
    kept_.push_back(message);
    found.push_back(message);
  }
  return found;
}

GstMessage* CaptionHarness::wait_message(GstMessageType types) {
  GstMessage* message = gst_bus_timed_pop_filtered(bus_, std::chrono::nanoseconds(kPatience).count(), types);
  if (message != nullptr) kept_.push_back(message);
  return message;
}

}  // namespace blip::test
