// blipcaption on a live 1080p30 source with a model that takes a second a frame: frames late or dropped at the video
// sink, how old texts are when they come, and memory. usage: live_bench [SECONDS]
#include <gst/gst.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace {

double resident_mb() {
  std::ifstream in("/proc/self/statm");
  long total = 0, resident = 0;
  in >> total >> resident;
  return static_cast<double>(resident * sysconf(_SC_PAGESIZE)) / (1 << 20);
}

struct Age {
  std::atomic<int> texts{0};
  std::atomic<gint64> oldest{0};  // ns from the frame's running time to the text's coming
};

GstPadProbeReturn on_text(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  GstElement* element = gst_pad_get_parent_element(pad);
  GstEvent* event = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
  const GstSegment* segment = nullptr;
  gst_event_parse_segment(event, &segment);
  const auto shown = static_cast<gint64>(gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer)));
  const auto age = static_cast<gint64>(gst_element_get_current_running_time(element)) - shown;
  auto* ages = static_cast<Age*>(data);
  ++ages->texts;
  ages->oldest = std::max(ages->oldest.load(), age);
  gst_event_unref(event);
  gst_object_unref(element);
  return GST_PAD_PROBE_OK;
}

}  // namespace

int main(int argc, char** argv) {
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 600;
  setenv("GST_BLIP_ENGINE", BLIP_PREPROCESSING_ENGINE, 1);
  setenv("BLIP_BENCH_DELAY_MS", "1000", 1);
  gst_init(&argc, &argv);
  if (gst_plugin_load_file(BLIP_PLUGIN_FILE, nullptr) == nullptr) return 1;
  const std::string line =
      "videotestsrc is-live=true pattern=blue num-buffers=" + std::to_string(seconds * 30) +
      " ! video/x-raw,format=I420,width=1920,height=1080,framerate=30/1 ! blipcaption name=c model=any fps=10 ! "
      "fakesink "
      "name=video sync=true qos=true max-lateness=20000000 c.text ! fakesink name=text sync=false async=false";
  GstElement* pipeline = gst_parse_launch(line.c_str(), nullptr);
  GstElement* caption = gst_bin_get_by_name(GST_BIN(pipeline), "c");
  GstPad* text = gst_element_get_static_pad(caption, "text");
  Age ages;
  gst_pad_add_probe(text, GST_PAD_PROBE_TYPE_BUFFER, on_text, &ages, nullptr);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  GstBus* bus = gst_element_get_bus(pipeline);
  const auto ends = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  GstMessage* message = gst_bus_timed_pop_filtered(bus, static_cast<GstClockTime>(seconds) * GST_SECOND / 20, ends);
  const double before = resident_mb();
  if (message == nullptr) message = gst_bus_timed_pop_filtered(bus, GST_CLOCK_TIME_NONE, ends);
  const double after = resident_mb();
  GstElement* video = gst_bin_get_by_name(GST_BIN(pipeline), "video");
  GstStructure *sink = nullptr, *stats = nullptr;
  g_object_get(video, "stats", &sink, nullptr);
  g_object_get(caption, "stats", &stats, nullptr);
  guint64 rendered = 0, dropped = 0, analysed = 0, skipped = 0;
  gst_structure_get_uint64(sink, "rendered", &rendered);
  gst_structure_get_uint64(sink, "dropped", &dropped);
  gst_structure_get_uint64(stats, "analysed", &analysed);
  gst_structure_get_uint64(stats, "skipped", &skipped);
  std::printf(
      "%d s live: %llu of %d frames rendered, %llu late by more than 20 ms or dropped; %llu analysed, %llu skipped; %d "
      "texts, "
      "at most %.2f s after their frames; resident %.1f MB after 1/20, %.1f MB at the end\n",
      seconds, static_cast<unsigned long long>(rendered), seconds * 30, static_cast<unsigned long long>(dropped),
      static_cast<unsigned long long>(analysed), static_cast<unsigned long long>(skipped), ages.texts.load(),
      static_cast<double>(ages.oldest.load()) / GST_SECOND, before, after);
  return GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS ? 0 : 1;
}
