// Pictures a second that CapFilt does: JPEG decoded, a text written by nucleus sampling, two texts judged. BLIP-base at
// 384 px with random weights, captioner and filter with equal vision weights (one vision pass a picture) against two
// passes, in turn; and the small trained model of tests/data/shapes. usage: capfilt_bench [ROUNDS [PICTURES]]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/heap.h"
#include "core/engine/model_registry.h"
#include "core/engine/torch_backend/torch_backend.h"
#include "core/vision/jpeg_writer.h"
#include "tests/bench/random_checkpoint.h"
#include "tests/support/golden.h"
#include "training/capfilt/cap_filt.h"

namespace blip::bench {
namespace {

constexpr std::int64_t kSide = 384;

std::vector<FoundPicture> noise_pictures(std::size_t count, unsigned seed) {
  std::minstd_rand random(seed);
  std::vector<FoundPicture> pictures(count);
  for (std::size_t i = 0; i < count; ++i) {
    RgbImage image(640, 480);
    for (auto& byte : image.pixels) byte = static_cast<std::uint8_t>(random());
    pictures[i].key = std::to_string(seed) + "-" + std::to_string(i);
    pictures[i].extension = "jpg";
    pictures[i].bytes = encode_jpeg(image);
    pictures[i].texts = {{"a woman sitting on the beach with her dog", "web", ""}};
  }
  return pictures;
}

std::shared_ptr<LoadedModel> random_model(Layout layout, const std::string& vision_id) {
  Checkpoint checkpoint = random_checkpoint(layout, kSide);
  checkpoint.weights_id = vision_id;
  auto backend = make_torch_backend(checkpoint, {});
  checkpoint.tensors.clear();
  Tokenizer tokenizer(Vocabulary::load(test::golden_dir() / "tokenizer" / "vocab.txt"));
  return std::make_shared<LoadedModel>(LoadedModel{std::move(checkpoint), std::move(tokenizer), std::move(backend)});
}

double pictures_a_second(CapFilt& models, std::vector<FoundPicture> pictures) {
  const auto begin = std::chrono::steady_clock::now();
  for (FoundPicture& picture : pictures) decode(picture);
  models.judge(pictures);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  return static_cast<double>(pictures.size()) / seconds.count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

CapFiltOptions options() {
  CapFiltOptions options;
  options.generation = nucleus_decoding();
  return options;
}

void base_model(int rounds, std::size_t count) {
  const auto captioner = random_model(Layout::kCaptioner, "a"), same = random_model(Layout::kMatcher, "a");
  const auto other = std::make_shared<LoadedModel>(LoadedModel{
      same->checkpoint, same->tokenizer, make_torch_backend(random_checkpoint(Layout::kMatcher, kSide), {})});
  other->checkpoint.weights_id = "b";
  CapFilt one(captioner, same, options()), two(captioner, other, options());
  std::vector<double> shared, apart;
  for (int round = 0; round <= rounds; ++round) {
    const double first = pictures_a_second(one, noise_pictures(count, 2 * static_cast<unsigned>(round)));
    const double second = pictures_a_second(two, noise_pictures(count, 2 * static_cast<unsigned>(round) + 1));
    if (round == 0) continue;
    shared.push_back(first);
    apart.push_back(second);
  }
  std::printf("BLIP-base, 384 px: one vision pass %.3f pictures/s, two %.3f pictures/s, %.2fx\n", median(shared),
              median(apart), median(shared) / median(apart));
}

void small_model(int rounds) {
  ModelRegistry registry{make_torch_backend};
  const auto model = registry.open({.model = (test::shapes_dir() / "pretrain.pth").string()}, {});
  CapFilt models(model, model, options());
  std::vector<double> speeds;
  for (int round = 0; round <= rounds; ++round)
    speeds.push_back(pictures_a_second(models, noise_pictures(32, 1000 + static_cast<unsigned>(round))));
  std::printf("the small model of tests/data/shapes: %.0f pictures/s\n", median({speeds.begin() + 1, speeds.end()}));
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) try {
  blip::keep_freed_memory();  // as blip-train
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 3;
  const int pictures = argc > 2 ? std::max(1, std::atoi(argv[2])) : 4;
  blip::bench::small_model(rounds);
  blip::bench::base_model(rounds, static_cast<std::size_t>(pictures));
  return 0;
} catch (const blip::Error& error) {
  std::fprintf(stderr, "capfilt_bench: %s\n", error.what());
  return 1;
}
