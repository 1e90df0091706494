// What gst-blip index add costs beside decoding and the models alone: a video brought into a new index, against the
// same video decoded by the same elements and the same frames given to the bare models, in turn. CPU seconds of the
// process, which other programs on the machine change little, and seconds by the clock. usage: index_add_bench CLIP
// ROUNDS [EMBEDDER CAPTIONER [INTERVAL]]. Prints JSON.
#include <gst/gst.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/media/frame_at.h"
#include "pipelines/elements/installation.h"
#include "pipelines/indexing/video_indexer.h"
#include "pipelines/media_input/video_source.h"
#include "pipelines/terminal/passive_waiting.h"

namespace blip::bench {
namespace {

namespace fs = std::filesystem;

struct Cost {
  double cpu = 0, clock = 0;  // seconds
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Cost cost_of(const std::function<void()>& work) {
  const double cpu = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  work();
  return {cpu_seconds() - cpu, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()};
}

template <class T>
T value_of(Outcome<T> outcome) {
  if (!outcome.ok()) throw Error(outcome.failure().kind, outcome.failure().message);
  return std::move(outcome.value());
}

void decode(const std::string& clip) {
  const PipelineHandle pipeline(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new("decode"))));
  const GstElementHandle source = make_video_source(clip);
  GstElement* sink = gst_element_factory_make("fakesink", nullptr);
  g_object_set(sink, "sync", FALSE, nullptr);
  gst_bin_add_many(GST_BIN(pipeline.get()), GST_ELEMENT(gst_object_ref(source.get())), sink, nullptr);
  gst_element_link(source.get(), sink);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const GstBusHandle bus(gst_element_get_bus(pipeline.get()));
  const GstMessageHandle message(gst_bus_timed_pop_filtered(
      bus.get(), GST_CLOCK_TIME_NONE, static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR)
    throw Error(ErrorKind::kFailed, "the clip cannot be decoded");
}

// As the elements ask: frames together, embedded by one model and captioned by the other.
void look(const IndexingModels& models, const std::vector<VideoFrame>& frames) {
  constexpr std::size_t kTogether = 4;
  const auto embedder = value_of(models.embedder->open_stream({}));
  const auto captioner = value_of(models.captioner->open_stream({}));
  for (std::size_t at = 0; at < frames.size(); at += kTogether) {
    std::vector<ImageView> views;
    for (std::size_t i = at; i < std::min(at + kTogether, frames.size()); ++i) views.push_back(frames[i].view);
    const auto clips_of = [](const auto& features) {
      std::vector<Clip> clips;
      for (const auto& frame : features) clips.push_back({{frame}});
      return clips;
    };
    value_of(embedder->embed_clips(clips_of(value_of(embedder->encode(views)))));
    value_of(captioner->caption(clips_of(value_of(captioner->encode(views))), CaptionOptions()));
  }
}

class Measurement {
 public:
  Measurement(const std::string& clip, const AddSettings& settings)
      : clip_(fs::absolute(clip)), settings_(settings), models_(open_indexing_models(settings, std::nullopt)) {
    settings_.index = fs::temp_directory_path() / ("index-add-bench-" + std::to_string(getpid()) + ".db");
  }
  ~Measurement() { remove_index(); }
  Measurement(const Measurement&) = delete;
  Measurement& operator=(const Measurement&) = delete;

  nlohmann::json measure(int rounds) {
    index();  // once to warm up, and to learn which frames there are
    const std::vector<VideoFrame> frames = chosen_frames();
    nlohmann::json report{{"segments", frames.size()}};
    const auto note = [&](const char* name, const Cost& cost) {
      report[name]["cpu"].push_back(cost.cpu);
      report[name]["clock"].push_back(cost.clock);
    };
    for (int round = 0; round < rounds; ++round) {
      const Cost decoding = cost_of([&] { decode(clip_); });
      const Cost looking = cost_of([&] { look(models_, frames); });
      const Cost indexing = cost_of([&] { index(); });
      note("decode", decoding);
      note("models", looking);
      note("index_add", indexing);
      report["cpu_ratios"].push_back(indexing.cpu / (decoding.cpu + looking.cpu));
      report["clock_ratios"].push_back(indexing.clock / (decoding.clock + looking.clock));
    }
    return report;
  }

 private:
  void remove_index() const {
    for (const char* end : {"", "-wal", "-shm", ".lock", ".vectors"}) fs::remove(settings_.index + end);
  }
  void index() {
    remove_index();
    IndexWriter writer(settings_.index);
    writer.set_models(models_.index);
    VideoIndexer indexer(settings_, models_, writer, interrupt_);
    const VideoListener silent{[](const std::string&) {}, [](const std::string&) {}, {}};
    const VideoOutcome outcome = indexer.add({clip_, clip_, clip_}, silent);
    if (outcome.state != VideoOutcome::State::kIndexed) throw Error(ErrorKind::kFailed, clip_ + ": " + outcome.error);
  }
  std::vector<VideoFrame> chosen_frames() const {
    const IndexReader reader(settings_.index);
    std::vector<double> times;
    for (const SegmentRow& segment : reader.segments(reader.videos().at(0).id))
      times.push_back(static_cast<double>(segment.frame_time) * 1e-9);
    return read_frames_at(clip_, times);
  }

  const std::string clip_;
  AddSettings settings_;
  const IndexingModels models_;
  InterruptWatch interrupt_;
};

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) try {
  blip::wait_passively(argv);
  if (argc < 3 || argc == 4 || argc > 6) {
    std::fprintf(stderr, "usage: index_add_bench CLIP ROUNDS [EMBEDDER CAPTIONER [INTERVAL]]\n");
    return 2;
  }
  gst_init(nullptr, nullptr);
  blip::load_blip_plugin(blip::program_directory());
  blip::AddSettings settings;
  settings.model = argc > 4 ? argv[3] : BLIP_SOURCE_DIR "/training/pretrained/retrieval";
  settings.caption_model = argc > 4 ? argv[4] : BLIP_SOURCE_DIR "/training/pretrained/caption";
  if (argc > 5) settings.interval = static_cast<std::int64_t>(std::atof(argv[5]) * 1e9);
  std::printf("%s\n", blip::bench::Measurement(argv[1], settings).measure(std::atoi(argv[2])).dump().c_str());
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "index_add_bench: %s\n", error.what());
  return 1;
}
