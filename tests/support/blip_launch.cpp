// Runs one launch line to its end: gst-launch-1.0 for builds that the stock tools cannot load, such as those with
// AddressSanitizer.
//   blip-launch 'videotestsrc num-buffers=10 ! blipcaption ! fakesink'
// Errors and warnings go to stderr; exit 0 at the end of the stream, 1 after an error, 2 for wrong usage.
#include <gst/gst.h>

#include <cstdio>

namespace {

void print(const char* kind, GstMessage* message, void (*parse)(GstMessage*, GError**, gchar**)) {
  GError* error = nullptr;
  parse(message, &error, nullptr);
  std::fprintf(stderr, "%s: %s: %s\n", kind, GST_OBJECT_NAME(GST_MESSAGE_SRC(message)), error->message);
  g_error_free(error);
}

int run(const char* line) {
  GError* error = nullptr;
  GstElement* pipeline = gst_parse_launch_full(line, nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (pipeline == nullptr) {
    std::fprintf(stderr, "error: %s\n", error->message);
    g_error_free(error);
    return 1;
  }
  GstBus* bus = gst_element_get_bus(pipeline);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  int result = -1;
  while (result < 0) {
    const auto wanted = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
    GstMessage* message = gst_bus_timed_pop_filtered(bus, GST_CLOCK_TIME_NONE, wanted);
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) result = 0;
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING) print("warning", message, gst_message_parse_warning);
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
      print("error", message, gst_message_parse_error);
      result = 1;
    }
    gst_message_unref(message);
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(bus);
  gst_object_unref(pipeline);
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: blip-launch 'LAUNCH LINE'\n");
    return 2;
  }
  gst_init(nullptr, nullptr);
  const int result = run(argv[1]);
  gst_deinit();
  return result;
}
