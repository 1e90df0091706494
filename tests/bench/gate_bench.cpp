// How the gate's measure goes with the distance between the embeddings of frames, and what thresholds spare.
// usage: gate_bench MODEL VIDEO|FOLDER...   MODEL: a checkpoint with an ITC head
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "core/media/video_reader.h"
#include "core/tasks/engine_api.h"
#include "core/vision/picture_gate.h"
#include "core/vision/tile_difference.h"

extern "C" blip::Engine* blip_engine(int abi);

namespace blip::bench {
namespace {

constexpr std::array<double, 9> kThresholds{0, 0.5, 1, 1.5, 2, 3, 4, 6, 8};

template <class T>
T take(Outcome<T> outcome) {
  if (!outcome.ok()) throw Error(outcome.failure().kind, outcome.failure().message);
  return std::move(outcome.value());
}

// The frames of one video at one rate.
struct Frames {
  std::vector<Thumbnail> thumbnails;
  std::vector<std::vector<float>> embeddings;  // unit length
  std::vector<bool> same_bytes;                // as the frame before
};

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  return 1 - std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double mean(const std::vector<double>& values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

// `fps` 0 = every frame; else the first at or after each multiple of 1/fps.
Frames read(Stream& stream, const std::filesystem::path& file, double fps) {
  Frames frames;
  PictureGate gate;
  VideoReader reader = VideoReader::open(file);
  double due = -1;
  for (VideoFrame frame; reader.next(frame);) {
    if (fps > 0 && frame.pts < due) continue;
    due = fps > 0 ? (std::floor(frame.pts * fps + 1e-6) + 1) / fps - 1e-6 : 0;
    const auto features = take(stream.encode({&frame.view, 1}));
    const Clip clip{features};
    const auto row = take(stream.embed_clips({&clip, 1}));
    frames.embeddings.emplace_back(row.values.begin(), row.values.end());
    frames.thumbnails.push_back(thumbnail(frame.view));
    frames.same_bytes.push_back(gate.compare(frame.view, {GateRule::kDuplicate, 0}) == Repeat::kDuplicate);
    gate.keep(frame.view);
  }
  return frames;
}

// What a threshold does to videos: each frame is compared with the last one analysed.
struct Effect {
  std::size_t frames = 0, duplicates = 0, gated = 0;
  std::vector<double> distances;  // of gated frames to those whose result they get
};

void pass(const Frames& frames, double threshold, Effect& effect) {
  std::size_t last = 0;
  for (std::size_t i = 0; i < frames.embeddings.size(); ++i) {
    ++effect.frames;
    const bool gated = i > 0 && tile_difference(frames.thumbnails[i], frames.thumbnails[last]) <= threshold;
    if (!gated) {
      last = i;
      continue;
    }
    ++effect.gated;
    effect.duplicates += frames.same_bytes[i] && last + 1 == i ? 1 : 0;
    effect.distances.push_back(distance(frames.embeddings[i], frames.embeddings[last]));
  }
}

void report_distances(const std::vector<Frames>& videos) {
  std::printf("\n| difference of two frames, levels | pairs | cosine distance: mean | 95 %% | largest |\n");
  std::printf("|---|---|---|---|---|\n");
  constexpr std::array<double, 10> kEdges{0, 0.5, 1, 2, 3, 4, 6, 8, 16, 256};
  for (std::size_t edge = 0; edge < kEdges.size(); ++edge) {
    const double low = edge == 0 ? -1 : kEdges[edge - 1], high = kEdges[edge];
    std::vector<double> distances;
    for (const Frames& video : videos) {
      for (std::size_t step : {1u, 2u, 4u, 8u, 16u}) {
        for (std::size_t i = step; i < video.embeddings.size(); ++i) {
          const double measure = tile_difference(video.thumbnails[i], video.thumbnails[i - step]);
          if (measure > low && measure <= high)
            distances.push_back(distance(video.embeddings[i], video.embeddings[i - step]));
        }
      }
    }
    std::printf("| %s%g | %zu | %.5f | %.5f | %.5f |\n", edge == 0 ? "" : "to ", high, distances.size(),
                mean(distances), quantile(distances, 0.95), quantile(distances, 1));
  }
}

void report_thresholds(const std::vector<Frames>& videos) {
  std::printf("\n| threshold | frames | spared | cosine distance of those spared: mean | 95 %% | largest |\n");
  std::printf("|---|---|---|---|---|---|\n");
  for (const double threshold : kThresholds) {
    Effect effect;
    for (const Frames& video : videos) pass(video, threshold, effect);
    std::printf("| %g | %zu | %.1f %% | %.5f | %.5f | %.5f |\n", threshold, effect.frames,
                100.0 * static_cast<double>(effect.gated) / static_cast<double>(effect.frames), mean(effect.distances),
                quantile(effect.distances, 0.95), quantile(effect.distances, 1));
  }
  std::size_t same = 0, all = 0;
  for (const Frames& video : videos) {
    same += static_cast<std::size_t>(std::count(video.same_bytes.begin(), video.same_bytes.end(), true));
    all += video.same_bytes.size();
  }
  std::printf("\n%zu of %zu frames are the same bytes as the one before.\n", same, all);
}

std::vector<std::filesystem::path> videos_in(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    const auto kind = entry.path().extension();
    if (kind == ".mp4" || kind == ".webm") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

int run(const std::string& checkpoint, const std::vector<std::string>& inputs) {
  Engine* engine = blip_engine(kEngineAbi);
  if (engine == nullptr) throw Error(ErrorKind::kFailed, "the engine has another ABI");
  ModelOptions options;
  options.model = checkpoint;
  const auto model = take(engine->open(options));
  const auto stream = take(model->open_stream({}));
  for (const std::string& input : inputs) {
    for (const double fps : {0.0, 1.0}) {
      std::vector<Frames> videos;
      for (const auto& file : videos_in(input)) videos.push_back(read(*stream, file, fps));
      const std::string rate = fps == 0 ? "every frame" : std::to_string(static_cast<int>(fps)) + " a second";
      std::printf("\n%s, %s\n", input.c_str(), rate.c_str());
      if (fps == 0) report_distances(videos);
      report_thresholds(videos);
    }
  }
  return 0;
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: gate_bench MODEL VIDEO|FOLDER...\n");
    return 2;
  }
  try {
    return blip::bench::run(argv[1], std::vector<std::string>(argv + 2, argv + argc));
  } catch (const blip::Error& error) {
    std::fprintf(stderr, "gate_bench: %s\n", error.what());
    return 1;
  }
}
