// The whole pipeline, from a file to captions, against the bare model on as many ready pictures; in turn. Captions have
// 20 tokens, frames are looked at one at a time. usage: pipeline_bench FOLDER PRECISION CLIP ROUNDS (FOLDER: of
// speed_bench prepare). Prints JSON.
#include <gst/gst.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/generate/run_searches.h"
#include "core/kernels/parallel.h"
#include "tests/bench/bench_backend.h"
#include "tests/bench/bench_inputs.h"
#include "tests/bench/workloads.h"

namespace blip::bench {
namespace {

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct Pipeline {
  explicit Pipeline(const std::string& line) {
    GError* error = nullptr;
    element = gst_parse_launch(line.c_str(), &error);
    if (element == nullptr) throw Error(ErrorKind::kFailed, error->message);
    if (gst_element_set_state(element, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE) wait_for(GST_MESSAGE_ERROR);
  }
  ~Pipeline() {
    gst_element_set_state(element, GST_STATE_NULL);
    gst_object_unref(element);
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void wait_for(GstMessageType type) {
    GstBus* bus = gst_element_get_bus(element);
    GstMessage* message =
        gst_bus_timed_pop_filtered(bus, GST_CLOCK_TIME_NONE, static_cast<GstMessageType>(type | GST_MESSAGE_ERROR));
    gst_object_unref(bus);
    std::string failure;
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
      GError* error = nullptr;
      gst_message_parse_error(message, &error, nullptr);
      failure = error->message;
      g_error_free(error);
    }
    gst_message_unref(message);
    if (!failure.empty()) throw Error(ErrorKind::kFailed, failure);
  }

  GstElement* element = nullptr;
};

std::int64_t analysed_frames(const Pipeline& pipeline) {
  GstElement* caption = gst_bin_get_by_name(GST_BIN(pipeline.element), "caption");
  GstStructure* stats = nullptr;
  g_object_get(caption, "stats", &stats, nullptr);
  guint64 value = 0;
  if (stats != nullptr) {
    gst_structure_get_uint64(stats, "analysed", &value);
    gst_structure_free(stats);
  }
  gst_object_unref(caption);
  return static_cast<std::int64_t>(value);
}

// Plays a clip as often as asked; the model stays open, shared with a pipeline that never plays.
class CaptionPipeline {
 public:
  CaptionPipeline(const std::string& clip, const std::string& model, const std::string& precision)
      : line_("filesrc location=\"" + clip + "\" ! decodebin ! videoconvert ! blipcaption name=caption model=\"" +
              model + "\" precision=" + precision +
              " device=cpu fps=1 max-in-flight=2 batch-size=1 min-length=20 max-length=20 ! fakesink sync=false"),
        keeper_(line_) {}

  // Seconds from READY to the end of the stream.
  double play() {
    Pipeline pipeline(line_);
    const double took = seconds_of([&] {
      gst_element_set_state(pipeline.element, GST_STATE_PLAYING);
      pipeline.wait_for(GST_MESSAGE_EOS);
    });
    analysed_ = analysed_frames(pipeline);
    return took;
  }
  std::int64_t analysed() const { return analysed_; }

 private:
  std::string line_;
  Pipeline keeper_;
  std::int64_t analysed_ = 0;
};

int measure(const std::filesystem::path& folder, const std::string& precision, const std::string& clip, int rounds) {
  const BenchInputs inputs = read_bench_inputs(folder);
  CheckpointOptions options;
  options.model = (folder / "captioner").string();
  const auto backend = open_bench_backend(open_checkpoint(options), precision);
  CaptionPipeline pipeline(clip, options.model, precision);
  pipeline.play();
  const std::int64_t frames = pipeline.analysed();
  const auto bare = [&] {
    for (std::int64_t i = 0; i < frames; ++i) {
      const DecodeInput input{{backend->encode_images({inputs.frame(i % kFrames), 1, kSide})}, {}, inputs.prompt};
      generate(*backend->start_decoding(), std::span(&input, 1), fixed_length(3, 20), kSep);
    }
    release_threads();
  };
  bare();
  nlohmann::json report{{"frames", frames}};
  for (int round = 0; round < rounds; ++round) {
    const double model = seconds_of(bare), whole = pipeline.play();
    report["model"].push_back(model);
    report["pipeline"].push_back(whole);
    report["ratios"].push_back(whole / model);
  }
  std::printf("%s\n", report.dump().c_str());
  return 0;
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) try {
  if (argc != 5) {
    std::fprintf(stderr, "usage: pipeline_bench FOLDER PRECISION CLIP ROUNDS\n");
    return 2;
  }
  setenv("GST_BLIP_ENGINE", BLIP_ENGINE_FILE, 1);
  gst_init(&argc, &argv);
  if (gst_plugin_load_file(BLIP_PLUGIN_FILE, nullptr) == nullptr) {
    std::fprintf(stderr, "pipeline_bench: cannot load %s\n", BLIP_PLUGIN_FILE);
    return 1;
  }
  return blip::bench::measure(argv[1], argv[2], argv[3], std::atoi(argv[4]));
} catch (const std::exception& error) {
  std::fprintf(stderr, "pipeline_bench: %s\n", error.what());
  return 1;
}
