// ViT-B/16 at 384 px on the LibTorch backend: a caption of 3 beams and 20 tokens, and the same by the original's
// algorithm, which projects cross-attention keys and values again in every step and for every beam. Both run in turn on
// the same weights.
#include <benchmark/benchmark.h>

#include <cstdio>

#include "core/engine/torch_backend/torch_backend.h"
#include "core/engine/torch_backend/torch_features.h"
#include "core/generate/run_searches.h"
#include "core/model/load_weights.h"
#include "tests/bench/random_checkpoint.h"
#include "tests/bench/recomputing_decoding.h"

namespace blip::bench {
namespace {

constexpr std::int64_t kSide = 384, kSep = 102, kStart = 30522;

struct Setup {
  Checkpoint checkpoint = random_captioner(kSide);
  std::unique_ptr<Backend> backend = make_torch_backend(checkpoint, {});
  Blip model{checkpoint.config, checkpoint.layout};
  std::vector<float> pixels = std::vector<float>(3 * kSide * kSide, 0.25f);
  GenerationOptions options;

  Setup() {
    load_weights(*model, checkpoint.tensors, torch::kCPU, torch::kFloat32);
    options.min_length = options.max_length = 20;
    options.beam_scoring = BeamScoring::kOriginal;
  }
};

Setup& setup() {
  static Setup made;
  return made;
}

std::shared_ptr<const ImageFeatures> encode() {
  return setup().backend->encode_images({setup().pixels.data(), 1, kSide})[0];
}

DecodeInput input(const std::shared_ptr<const ImageFeatures>& features) {
  return {{{features}}, {}, {kStart, 1037, 3861, 1997}};
}

void vit(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(encode());
}
BENCHMARK(vit)->Unit(benchmark::kMillisecond)->UseRealTime();

void caption_beam3(benchmark::State& state) {
  for (auto _ : state) {
    const DecodeInput one = input(encode());
    benchmark::DoNotOptimize(generate(*setup().backend->start_decoding(), std::span(&one, 1), setup().options, kSep));
  }
}
BENCHMARK(caption_beam3)->Unit(benchmark::kMillisecond)->UseRealTime();

void caption_beam3_recomputing(benchmark::State& state) {
  for (auto _ : state) {
    const auto features = encode();
    const DecodeInput one = input(features);
    RecomputingDecoding decoding(setup().model->text_decoder, static_cast<const TorchFeatures&>(*features).states());
    benchmark::DoNotOptimize(generate(decoding, std::span(&one, 1), setup().options, kSep));
  }
}
BENCHMARK(caption_beam3_recomputing)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace blip::bench

BENCHMARK_MAIN();
