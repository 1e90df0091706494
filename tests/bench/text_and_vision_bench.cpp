// Work on the way to the model, on one core: tokens a second of the tokenizer, and preparing a 1080p frame.
#include <benchmark/benchmark.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/text/tokenizer.h"
#include "core/vision/image_preprocess.h"
#include "tests/support/golden.h"

namespace blip::bench {
namespace {

void tokenizer(benchmark::State& state) {
  const Tokenizer tokenizer(Vocabulary::load(test::golden_dir() / "tokenizer" / "vocab.txt"));
  std::vector<std::string> texts;
  std::ifstream in(test::golden_dir() / "tokenizer" / "cases.jsonl");
  for (std::string line; std::getline(in, line);)
    texts.push_back(nlohmann::json::parse(line).at("text").get<std::string>());
  std::size_t tokens = 0;
  for (auto _ : state) {
    for (const std::string& text : texts) tokens += tokenizer.encode(text).size();
  }
  state.counters["tokens"] = benchmark::Counter(static_cast<double>(tokens), benchmark::Counter::kIsRate);
}
BENCHMARK(tokenizer);

void tokenizer_captions(benchmark::State& state) {
  const Tokenizer tokenizer(Vocabulary::load(test::golden_dir() / "tokenizer" / "vocab.txt"));
  const std::string text =
      "a woman sitting on the beach with her dog, looking at the sea and two sailing boats in the sunset";
  std::size_t tokens = 0;
  for (auto _ : state) tokens += tokenizer.encode(text).size();
  state.counters["tokens"] = benchmark::Counter(static_cast<double>(tokens), benchmark::Counter::kIsRate);
}
BENCHMARK(tokenizer_captions);

void preprocess_1080p(benchmark::State& state, PixelFormat format) {
  constexpr int kWidth = 1920, kHeight = 1080, kSide = 384;
  std::vector<std::uint8_t> memory(kWidth * kHeight * 3);
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<std::uint8_t>(i * 31 >> 3);
  ImageView view;
  view.format = format;
  view.width = kWidth;
  view.height = kHeight;
  if (format == PixelFormat::kI420) {
    view.planes = {memory.data(), memory.data() + kWidth * kHeight, memory.data() + kWidth * kHeight * 5 / 4};
    view.strides = {kWidth, kWidth / 2, kWidth / 2};
  } else {
    view.planes[0] = memory.data();
    view.strides[0] = 3 * kWidth;
  }
  std::vector<float> out(3 * kSide * kSide);
  ColorConverter converter;
  for (auto _ : state) preprocess(view, kSide, out.data(), converter);
}
BENCHMARK_CAPTURE(preprocess_1080p, i420, PixelFormat::kI420)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(preprocess_1080p, rgb, PixelFormat::kRgb)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace blip::bench

BENCHMARK_MAIN();
