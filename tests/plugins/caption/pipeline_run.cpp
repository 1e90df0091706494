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

std::vector<TimedText> texts_at(const std::string& line, const std::string& name) {
  const ElementPtr pipeline = parse_pipeline(line);
  const ElementPtr sink(gst_bin_get_by_name(GST_BIN(pipeline.get()), name.c_str()));
  std::vector<TimedText> texts;
  std::mutex mutex;
  const auto on_buffer = [&](GstBuffer* buffer) {
    const std::lock_guard lock(mutex);
    const auto start = GST_BUFFER_PTS(buffer) / GST_MSECOND;
    texts.push_back({start, start + GST_BUFFER_DURATION(buffer) / GST_MSECOND, text_of(buffer)});
  };
  const PadPtr pad(gst_element_get_static_pad(sink.get(), "sink"));
  const auto probe = [](GstPad*, GstPadProbeInfo* info, gpointer data) {
    (*static_cast<decltype(on_buffer)*>(data))(GST_PAD_PROBE_INFO_BUFFER(info));
    return GST_PAD_PROBE_OK;
  };
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, probe,
                    const_cast<void*>(static_cast<const void*>(&on_buffer)), nullptr);
  EXPECT_EQ(play(pipeline.get()), "");
  return texts;
}

}  // namespace blip::test
