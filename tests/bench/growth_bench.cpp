// How time and memory grow: with frames, beams, frames decoded together, windows, texts, streams. BLIP-base at 384 px,
// random weights. usage: growth_bench FOLDER PRECISION (FOLDER: of speed_bench prepare). Prints Markdown.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <fstream>
#include <functional>
#include <thread>

#include "core/base/error.h"
#include "core/base/heap.h"
#include "core/engine/model_registry.h"
#include "core/generate/run_searches.h"
#include "core/tasks/open_model.h"
#include "tests/bench/bench_backend.h"
#include "tests/bench/workloads.h"

namespace blip::bench {
namespace {

constexpr int kRounds = 3;

// The median of kRounds runs after one that warms up, in ms.
double milliseconds(const std::function<void()>& work) {
  work();
  std::vector<double> times;
  for (int i = 0; i < kRounds; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(times.begin(), times.end());
  return times[kRounds / 2];
}

double resident_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) * 1024 / 1e6;
  return 0;
}

CheckpointOptions model_at(const std::filesystem::path& path) {
  CheckpointOptions options;
  options.model = path.string();
  return options;
}

Clip encode(Backend& backend, const BenchInputs& inputs, std::int64_t frames) {
  Clip clip;
  for (std::int64_t i = 0; i < frames; ++i)
    clip.frames.push_back(backend.encode_images({inputs.frame(i), 1, kSide}).at(0));
  return clip;
}

void match_texts(Backend& backend, const Clip& clip, const std::vector<std::vector<std::int64_t>>& texts) {
  std::vector<ClipText> pairs;
  for (const auto& text : texts) pairs.push_back({&clip, text});
  backend.match(pairs);
}

double megabytes(const Clip& clip, std::uint64_t (ImageFeatures::*bytes)() const) {
  double sum = 0;
  for (const auto& frame : clip.frames) sum += static_cast<double>(((*frame).*bytes)()) / 1e6;
  return sum;
}

void caption_clips(Backend& backend, const std::vector<Clip>& clips, const std::vector<std::int64_t>& prompt,
                   std::int64_t beams) {
  std::vector<DecodeInput> sequences;
  for (const Clip& clip : clips) sequences.push_back({clip, {}, prompt});
  generate(*backend.start_decoding(), sequences, fixed_length(beams, 20), kSep);
}

void grow_frames(Backend& backend, const BenchInputs& inputs) {
  std::printf("\n| frames of a clip | encode, ms | ITM text, ms | features, MB | keys and values, MB |\n");
  std::printf("|---:|---:|---:|---:|---:|\n");
  for (const std::int64_t frames : {1, 2, 4, 8, 16}) {
    Clip clip;
    const double encoding = milliseconds([&] { clip = encode(backend, inputs, frames); });
    const double text = milliseconds([&] { match_texts(backend, clip, {inputs.text}); });
    std::printf("| %ld | %.0f | %.1f | %.1f | %.0f |\n", static_cast<long>(frames), encoding, text,
                megabytes(clip, &ImageFeatures::bytes), megabytes(clip, &ImageFeatures::derived_bytes));
    std::fflush(stdout);
  }
}

void grow_windows(Backend& backend, const BenchInputs& inputs) {
  std::printf("\n| window, frames | one new frame and an ITM text, ms | all anew, ms |\n|---:|---:|---:|\n");
  for (const std::int64_t frames : {2, 4, 8, 16}) {
    const Clip first = encode(backend, inputs, frames);
    std::deque<std::shared_ptr<const ImageFeatures>> window(first.frames.begin(), first.frames.end());
    match_texts(backend, first, {inputs.text});
    const double sliding = milliseconds([&] {
      window.pop_front();
      window.push_back(encode(backend, inputs, 1).frames.at(0));
      match_texts(backend, {{window.begin(), window.end()}}, {inputs.text});
    });
    const double anew = milliseconds([&] { match_texts(backend, encode(backend, inputs, frames), {inputs.text}); });
    std::printf("| %ld | %.0f | %.0f |\n", static_cast<long>(frames), sliding, anew);
    std::fflush(stdout);
  }
}

void grow_texts(Backend& backend, const BenchInputs& inputs) {
  std::printf("\n| ITM texts on a known frame | ms | ms a text |\n|---:|---:|---:|\n");
  const Clip clip = encode(backend, inputs, 1);
  for (const std::size_t count : {1, 4, 16, 64}) {
    std::vector<std::vector<std::int64_t>> texts;
    for (unsigned i = 0; i < count; ++i) texts.push_back(random_text(100 + i, 12));
    const double took = milliseconds([&] { match_texts(backend, clip, texts); });
    std::printf("| %zu | %.1f | %.2f |\n", count, took, took / static_cast<double>(count));
    std::fflush(stdout);
  }
}

void grow_beams(Backend& backend, const BenchInputs& inputs) {
  std::printf("\n| beams | caption of a known frame, 20 tokens, ms |\n|---:|---:|\n");
  const Clip clip = encode(backend, inputs, 1);
  for (const std::int64_t beams : {1, 2, 3, 5, 8, 16}) {
    const double took = milliseconds([&] { caption_clips(backend, {clip}, inputs.prompt, beams); });
    std::printf("| %ld | %.0f |\n", static_cast<long>(beams), took);
    std::fflush(stdout);
  }
}

void grow_batch(Backend& backend, const BenchInputs& inputs) {
  std::printf("\n| frames together | encode, ms a frame | captions, 3 beams, ms a frame | process, MB |\n");
  std::printf("|---:|---:|---:|---:|\n");
  for (const std::int64_t frames : {1, 2, 4, 8, 16}) {
    std::vector<Clip> clips;
    const double encoding = milliseconds([&] {
      clips.clear();
      for (const auto& features : backend.encode_images({inputs.pixels.data(), frames, kSide}))
        clips.push_back({{features}});
    });
    const double captions = milliseconds([&] { caption_clips(backend, clips, inputs.prompt, 3); });
    const auto count = static_cast<double>(frames);
    std::printf("| %.0f | %.0f | %.0f | %.0f |\n", count, encoding / count, captions / count, resident_megabytes());
    std::fflush(stdout);
  }
}

template <class T>
T take(Outcome<T> outcome) {
  if (!outcome.ok()) throw Error(outcome.failure().kind, outcome.failure().message);
  return std::move(outcome.value());
}

// A stream's work: kPictures pictures that no other has been like, each captioned.
void caption_pictures(Stream& stream, unsigned seed) {
  constexpr int kPictures = 2;
  std::vector<std::uint8_t> bytes(640 * 480 * 3, static_cast<std::uint8_t>(seed));
  CaptionOptions options;
  options.generation.min_length = options.generation.max_length;
  for (int i = 0; i < kPictures; ++i) {
    bytes[static_cast<std::size_t>(i)] ^= 0xff;
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&seed), sizeof(seed), bytes.begin() + 64);
    ImageView view;
    view.width = 640;
    view.height = 480;
    view.planes[0] = bytes.data();
    view.strides[0] = 640 * 3;
    const Clip clip{take(stream.encode(std::span(&view, 1)))};
    take(stream.caption(std::span(&clip, 1), options));
  }
}

void grow_streams(const std::filesystem::path& model, const std::string& precision) {
  ModelRegistry registry{
      [&](const Checkpoint& checkpoint, const BackendOptions&) { return open_bench_backend(checkpoint, precision); }};
  const auto cache = std::make_shared<FeatureCache>(std::uint64_t{1} << 28);
  Scheduler scheduler{cache};
  const auto opened = std::make_shared<const OpenModel>(registry.open(model_at(model), {}), cache, scheduler);
  std::printf(
      "\n| streams, two pictures each | all captions, ms | ms a caption | process, MB |\n|---:|---:|---:|---:|\n");
  unsigned seed = 0;
  for (const int count : {1, 2, 4, 8}) {
    std::vector<std::unique_ptr<Stream>> streams;
    for (int i = 0; i < count; ++i) streams.push_back(make_engine_stream(opened, {}));
    const double took = milliseconds([&] {
      std::vector<std::thread> threads;
      for (const auto& stream : streams)
        threads.emplace_back([&stream, mine = ++seed] { caption_pictures(*stream, mine); });
      for (auto& thread : threads) thread.join();
    });
    std::printf("| %d | %.0f | %.0f | %.0f |\n", count, took, took / (2 * count), resident_megabytes());
    std::fflush(stdout);
  }
}

void run(const std::filesystem::path& folder, const std::string& precision) {
  const BenchInputs inputs = read_bench_inputs(folder);
  std::printf("%s, medians of %d.\n", precision.c_str(), kRounds);
  {
    const auto retrieval = open_bench_backend(open_checkpoint(model_at(folder / "retrieval")), precision);
    grow_frames(*retrieval, inputs);
    grow_windows(*retrieval, inputs);
    grow_texts(*retrieval, inputs);
  }
  {
    const auto captioner = open_bench_backend(open_checkpoint(model_at(folder / "captioner")), precision);
    grow_beams(*captioner, inputs);
    grow_batch(*captioner, inputs);
  }
  grow_streams(folder / "captioner", precision);
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) try {
  if (argc != 3) {
    std::fprintf(stderr, "usage: growth_bench FOLDER PRECISION\n");
    return 2;
  }
  blip::keep_freed_memory();
  blip::bench::run(argv[1], argv[2]);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "growth_bench: %s\n", error.what());
  return 1;
}
