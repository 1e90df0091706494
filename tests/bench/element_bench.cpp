// What blipcaption with an engine that only prepares pictures adds to decoding a file: the same pipeline without and
// with the element, in turn. usage: element_bench FILE [ROUNDS [PROPERTIES]]
#include <gst/gst.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

// Seconds from PLAYING to EOS; exits on an error.
double run(const std::string& file, const char* element) {
  const std::string line = "filesrc location=\"" + file + "\" ! decodebin ! " + element + " fakesink sync=false";
  GError* error = nullptr;
  GstElement* pipeline = gst_parse_launch(line.c_str(), &error);
  if (pipeline == nullptr) {
    std::fprintf(stderr, "element_bench: %s\n", error->message);
    std::exit(1);
  }
  gst_element_set_state(pipeline, GST_STATE_PAUSED);
  gst_element_get_state(pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  const auto start = std::chrono::steady_clock::now();
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  GstBus* bus = gst_element_get_bus(pipeline);
  GstMessage* message = gst_bus_timed_pop_filtered(bus, GST_CLOCK_TIME_NONE,
                                                   static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error(message, &error, nullptr);
    std::fprintf(stderr, "element_bench: %s\n", error->message);
    std::exit(1);
  }
  gst_message_unref(message);
  gst_object_unref(bus);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(pipeline);
  return took.count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: element_bench FILE [ROUNDS [PROPERTIES]]\n");
    return 2;
  }
  setenv("GST_BLIP_ENGINE", BLIP_PREPROCESSING_ENGINE, 1);
  gst_init(&argc, &argv);
  GError* error = nullptr;
  if (gst_plugin_load_file(BLIP_PLUGIN_FILE, &error) == nullptr) {
    std::fprintf(stderr, "element_bench: %s\n", error->message);
    return 1;
  }
  const std::string element = std::string("blipcaption model=/any ") + (argc > 3 ? argv[3] : "") + " !";
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 11;
  run(argv[1], "");  // the first run warms the file and the decoder up
  std::vector<double> without, with, ratio;
  for (int i = 0; i < rounds; ++i) {
    without.push_back(run(argv[1], ""));
    with.push_back(run(argv[1], element.c_str()));
    ratio.push_back(with.back() / without.back());
  }
  std::printf("decode alone %.3f s, with blipcaption %.3f s, median of ratios %.4f (%d rounds)\n", median(without),
              median(with), median(ratio), rounds);
  return 0;
}
