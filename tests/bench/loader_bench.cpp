// Samples a second of processor time on the training data's way: tar shards -> decoded, augmented, put together; and
// how much memory grows over an epoch. The rate is that of one core, whatever else the machine does.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "core/vision/jpeg_writer.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"
#include "training/data/loader.h"
#include "training/data/shard_dataset.h"
#include "training/data/shard_writer.h"

namespace blip::bench {
namespace {

constexpr int kSamples = 2000, kBatch = 32;

RgbImage picture(int width, int height, int number) {
  RgbImage image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool inside = std::hypot(x - width / 2 - number % 30, y - height / 2) < height / 4;
      for (int c = 0; c < 3; ++c) {
        const int noise = (x * 7 + y * 13 + number * 31 + c * 5) % 9;
        image.row(y)[3 * x + c] = static_cast<std::uint8_t>((inside ? 40 + 60 * c + number % 90 : 150) + noise);
      }
    }
  }
  return image;
}

void write_shards(const std::filesystem::path& folder, int width, int height) {
  ShardWriter writer(folder, 500);
  std::string json = R"({"captions": ["a small red circle left of a large cyan cross on a gray background",
    "a large cyan cross right of a small red circle", "a red circle and a cyan cross on a gray background"], "questions": [)";
  for (int i = 0; i < 6; ++i)
    json += std::string(i > 0 ? "," : "") +
            R"({"question": "what color is the circle?", "answer": "red", "kind": "color"})";
  json += R"(], "web": {"text": "a picture of a red circle", "label": "partial"}})";
  for (int i = 0; i < kSamples; ++i) {
    const std::pair<std::string, std::string> files[] = {
        {"jpg", encode_jpeg(picture(width, height, i), {.quality = 90})},
        {"json", json},
        {"txt", "a small red circle left of a large cyan cross"}};
    writer.add(std::to_string(100000 + i), files);
  }
  writer.finish();
}

double resident_megabytes() {
  std::ifstream in("/proc/self/statm");
  std::int64_t all = 0, resident = 0;
  in >> all >> resident;
  return static_cast<double>(resident * ::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

// width, height, side, threads, augmentation of the original
void loader(benchmark::State& state) {
  const test::TempDir dir;
  write_shards(dir / "train", static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  std::vector<MixturePart> parts{{"train", std::make_shared<ShardDataset>(dir / "train", TextKind::kCaptions), 1}};
  const auto plan = std::make_shared<BatchPlan>(std::make_shared<Mixture>(std::move(parts), OrderOptions{}),
                                                BatchShare{.batch_size = kBatch});
  TransformOptions transform;
  transform.side = state.range(2);
  if (state.range(4) != 0) {
    transform.crop_min_scale = 0.2;
    transform.flip = true;
    transform.rand_augment.emplace();
  }
  LoaderOptions options;
  options.threads = state.range(3);
  Loader data(plan, Transform(transform),
              TextPreparation(Tokenizer(Vocabulary::load(test::shapes_dir() / "vocab.txt")), text_options("pretrain")),
              options);
  Batch batch;
  for (int i = 0; i < kSamples / kBatch; ++i) data.next(batch);
  const double before = resident_megabytes();
  std::int64_t samples = 0;
  for (auto _ : state) {
    for (std::int64_t step = 0; step < data.steps_per_epoch(); ++step) {
      data.next(batch);
      samples += batch.size;
    }
  }
  state.counters["samples"] = benchmark::Counter(static_cast<double>(samples), benchmark::Counter::kIsRate);
  state.counters["MiB grown"] = resident_megabytes() - before;
}
BENCHMARK(loader)
    ->ArgNames({"width", "height", "side", "threads", "augment"})
    ->Args({160, 120, 64, 1, 0})
    ->Args({160, 120, 64, 1, 1})
    ->Args({160, 120, 64, 2, 0})
    ->Args({640, 480, 224, 1, 1})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace blip::bench

BENCHMARK_MAIN();
