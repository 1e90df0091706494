// What blip-eval takes at ViT-B shapes (random weights: time does not depend on them), against the original's
// evaluation algorithm. Usage: eval_bench [VIDEOS [PAIRS [QUESTION_FRAMES]]]
//
// Re-rank of text-video retrieval, 8 frames of 384 px: blip-eval matches VIDEOS videos with 100 texts each, medium by
// medium; the original encodes each pair of both directions anew, with texts padded to 35 and keys and values made for
// every pair (PAIRS of them are measured). Both are then stated for 100 videos x 100 texts with k_test 128. Seconds are
// those of the process on all cores together, so that other work on the machine does not count.
//
// Questions: a second question about a clip against the first, which decodes nothing but encodes the frames.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "core/base/heap.h"
#include "core/engine/torch_backend/torch_backend.h"
#include "core/generate/run_searches.h"
#include "core/model/blip.h"
#include "core/model/load_weights.h"
#include "tests/bench/random_checkpoint.h"
#include "training/eval/medium_features.h"

namespace blip::bench {
namespace {

constexpr std::int64_t kSide = 384, kFrames = 8, kPadded = 35, kSep = 102, kEncode = 30523, kDecode = 30522;
constexpr std::size_t kVideos = 100, kTexts = 100;
constexpr std::int64_t kSeed = 7;

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double measured(const std::function<void()>& body) {
  const double before = cpu_seconds();
  body();
  return cpu_seconds() - before;
}

std::vector<float> random_values(std::size_t count) {
  std::mt19937 generator(kSeed);
  std::uniform_real_distribution<float> spread(-1.F, 1.F);
  std::vector<float> values(count);
  for (float& value : values) value = spread(generator);
  return values;
}

// Token ids of 8 to 15 tokens, as MSR-VTT's captions have.
std::vector<std::vector<std::int64_t>> random_texts(std::size_t count) {
  std::mt19937 generator(kSeed);
  std::vector<std::vector<std::int64_t>> texts(count);
  for (std::size_t t = 0; t < count; ++t) {
    texts[t].push_back(kEncode);
    for (std::size_t i = 0; i < 6 + t % 8; ++i)
      texts[t].push_back(2000 + static_cast<std::int64_t>(generator() % 9000));
    texts[t].push_back(kSep);
  }
  return texts;
}

double ours(Backend& backend, const std::vector<float>& tokens, std::size_t videos,
            const std::vector<std::vector<std::int64_t>>& texts) {
  const std::int64_t width = 768, each = static_cast<std::int64_t>(tokens.size()) / (kFrames * width);
  TensorView view;
  view.data = tokens.data();
  view.shape = {kFrames, each, width};
  return measured([&] {
    for (std::size_t v = 0; v < videos; ++v) {
      const MediumFeatures features = features_from(view, backend.placement());
      std::vector<ClipText> pairs;
      for (const auto& ids : texts) pairs.push_back({&features.joined, ids});
      backend.match(pairs);
    }
  });
}

double originals(Blip& model, const std::vector<float>& tokens, std::size_t pairs,
                 const std::vector<std::vector<std::int64_t>>& texts) {
  const c10::InferenceMode inference;
  const auto video = torch::from_blob(const_cast<float*>(tokens.data()),
                                      {1, static_cast<std::int64_t>(tokens.size()) / 768, 768}, torch::kFloat32);
  return measured([&] {
    for (std::size_t p = 0; p < pairs; ++p) {
      auto ids = torch::zeros({1, kPadded}, torch::kInt64);
      auto keep = torch::zeros({1, kPadded}, torch::kBool);
      for (std::size_t i = 0; i < texts[p].size(); ++i) {
        ids[0][static_cast<std::int64_t>(i)] = texts[p][i];
        keep[0][static_cast<std::int64_t>(i)] = true;
      }
      const CrossStates cross = model->text_encoder->cross_states(video);
      model->itm_head(model->text_encoder->encode(ids, keep, &cross).select(/*dim=*/1, 0));
    }
  });
}

void compare_reranks(std::size_t videos, std::size_t pairs) {
  const Checkpoint checkpoint = random_checkpoint(Layout::kMatcher, kSide);
  const auto backend = make_torch_backend(checkpoint, {});
  Blip model{checkpoint.config, checkpoint.layout};
  load_weights(*model, checkpoint.tensors, torch::kCPU, torch::kFloat32);
  model->eval();
  const auto tokens = random_values(
      static_cast<std::size_t>(kFrames * checkpoint.config.vision.tokens() * checkpoint.config.vision.width));
  const auto texts = random_texts(kTexts);
  ours(*backend, tokens, 1, {texts.front()});  // so that memory is there

  const double a_video = ours(*backend, tokens, videos, texts) / static_cast<double>(videos);
  const double a_pair = originals(model, tokens, pairs, texts) / static_cast<double>(pairs);
  const double our_run = a_video * kVideos, original_run = a_pair * 2 * kVideos * kTexts;
  std::printf("re-rank, 100 videos x 100 texts x 8 frames, both directions (processor seconds)\n");
  std::printf("  blip-eval              %9.1f   %.2f a video with its 100 texts\n", our_run, a_video);
  std::printf("  original's algorithm   %9.1f   %.2f a pair\n", original_run, a_pair);
  std::printf("  ratio                  %9.1f\n", original_run / our_run);
}

void compare_questions(std::int64_t frames) {
  const Checkpoint checkpoint = random_checkpoint(Layout::kVqa, kSide);
  const auto backend = make_torch_backend(checkpoint, {});
  const auto pixels = random_values(static_cast<std::size_t>(frames * 3 * kSide * kSide));
  MediumFeatures features;
  GenerationOptions options{.num_beams = 3, .min_length = 1, .max_length = 10, .beam_scoring = BeamScoring::kOriginal};
  const auto questions = random_texts(2);
  const auto ask = [&](std::size_t q) {
    const DecodeInput input{features.joined, questions[q], {kDecode}};
    generate(*backend->start_decoding(), std::span(&input, 1), options, kSep);
  };
  const double first = measured([&] {
    features = join_features(backend->encode_images({pixels.data(), frames, kSide}));
    ask(0);
  });
  const double second = measured([&] { ask(1); });
  std::printf("questions about a clip of %lld frames (processor seconds)\n", static_cast<long long>(frames));
  std::printf("  first %.2f   second %.2f   %.1f %%\n", first, second, 100 * second / first);
}

std::size_t argument(int argc, char** argv, int which, std::size_t otherwise) {
  return argc > which ? static_cast<std::size_t>(std::strtoul(argv[which], nullptr, 10)) : otherwise;
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) {
  using namespace blip::bench;
  blip::keep_freed_memory();  // as blip-eval
  compare_reranks(argument(argc, argv, 1, 2), argument(argc, argv, 2, 4));
  compare_questions(static_cast<std::int64_t>(argument(argc, argv, 3, 16)));
}
