#include "tests/plugins/caption/pipeline_run.h"

#include <ostream>
#include <stdexcept>

namespace blip::test {

ElementPtr parse_pipeline(const std::string& line) {
  GError* error = nullptr;
  GstElement* pipeline = gst_parse_launch_full(line.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (pipeline == nullptr) {
    const std::string text = error->message;
    g_error_free(error);
    throw std::runtime_error(text);
  }
  return ElementPtr(GST_ELEMENT(gst_object_ref_sink(pipeline)));
}

std::string play(GstElement* pipeline) {
  GstBus* bus = gst_element_get_bus(pipeline);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  const auto wanted = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  GstMessage* message = gst_bus_timed_pop_filtered(bus, 30 * GST_SECOND, wanted);
  std::string result = "timeout";
  if (message != nullptr) {
    result = GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS ? "" : message_text(message);
    gst_message_unref(message);
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(bus);
  return result;
}

std::string black_video(int seconds) {
  return "videotestsrc pattern=black num-buffers=" + std::to_string(10 * seconds) +
         " ! video/x-raw,format=I420,width=320,height=240,framerate=10/1 ";
}

std::ostream& operator<<(std::ostream& out, const TimedText& timed) {
  return out << timed.start << "-" << timed.end << " '" << timed.text << "'";
}

namespace {

// What passes a pad, collected by the pad's thread.
struct Collector {
  std::mutex mutex;
  std::vector<TimedText> texts;

  static GstPadProbeReturn on_buffer(GstPad*, GstPadProbeInfo* info, gpointer self) {
    GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    auto* collector = static_cast<Collector*>(self);
    const std::lock_guard lock(collector->mutex);
    const auto start = GST_BUFFER_PTS(buffer) / GST_MSECOND;
    collector->texts.push_back({start, start + GST_BUFFER_DURATION(buffer) / GST_MSECOND, text_of(buffer)});
    return GST_PAD_PROBE_OK;
  }
};

}  // namespace

std::vector<TimedText> texts_at(const std::string& line, const std::string& name) {
  const ElementPtr pipeline = parse_pipeline(line);
  const ElementPtr sink(gst_bin_get_by_name(GST_BIN(pipeline.get()), name.c_str()));
  const PadPtr pad(gst_element_get_static_pad(sink.get(), "sink"));
  Collector collector;
  {
    const std::lock_guard lock(collector.mutex);
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, Collector::on_buffer, &collector, nullptr);
  }
  EXPECT_EQ(play(pipeline.get()), "");
  const std::lock_guard lock(collector.mutex);
  return collector.texts;
}

}  // namespace blip::test
