// How long blipcaption keeps the streaming thread for each 1080p frame of a live stream, with real preprocessing.
// usage: chain_bench [MILLISECONDS from frame to frame]
#include <gst/check/gstharness.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

int main(int argc, char** argv) {
  constexpr int kFrames = 3000;
  const std::chrono::milliseconds pace(argc > 1 ? std::atoi(argv[1]) : 10);
  setenv("GST_BLIP_ENGINE", BLIP_PREPROCESSING_ENGINE, 1);
  gst_init(&argc, &argv);
  if (gst_plugin_load_file(BLIP_PLUGIN_FILE, nullptr) == nullptr) return 1;
  GstHarness* harness = gst_harness_new_parse("blipcaption model=any fps=1");
  gst_harness_set_live(harness, TRUE);
  gst_harness_set_drop_buffers(harness, TRUE);
  gst_harness_set_src_caps_str(harness, "video/x-raw,format=I420,width=1920,height=1080,framerate=30/1");
  std::vector<double> micros;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kFrames; ++i) {
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 1920 * 1080 * 3 / 2, nullptr);
    gst_buffer_memset(buffer, 0, static_cast<guint8>(i), gst_buffer_get_size(buffer));
    GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(i) * GST_SECOND / 30;
    GST_BUFFER_DURATION(buffer) = GST_SECOND / 30;
    std::this_thread::sleep_until(start + i * pace);
    const auto begin = std::chrono::steady_clock::now();
    gst_harness_push(harness, buffer);
    micros.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  }
  gst_harness_teardown(harness);
  std::sort(micros.begin(), micros.end());
  std::printf("streaming thread a frame: median %.1f us, p99 %.1f us, most %.1f us (%d frames, one in 30 sampled)\n",
              micros[kFrames / 2], micros[kFrames * 99 / 100], micros.back(), kFrames);
  return 0;
}
