#include "tests/bench/bench_inputs.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "core/base/error.h"
#include "core/checkpoint/checkpoint_writer.h"
#include "tests/bench/random_checkpoint.h"
#include "tests/support/golden.h"

namespace blip::bench {
namespace {

void write_model(const std::filesystem::path& directory, Layout layout) {
  if (std::filesystem::exists(directory / "model.safetensors")) return;
  Checkpoint checkpoint = random_checkpoint(layout, kSide);
  checkpoint.vocab = test::golden_dir() / "tokenizer" / "vocab.txt";
  write_hugging_face_directory(checkpoint, directory, {.ids = {.pad = 0, .sep = kSep, .decode = kStart}, .layout = {}});
}

}  // namespace

std::vector<float> random_pixels(unsigned seed) {
  constexpr std::int64_t kPatch = 32;
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> colour(-2.f, 2.f), noise(-0.3f, 0.3f);
  std::vector<float> coarse(3 * (kSide / kPatch) * (kSide / kPatch)), pixels(3 * kSide * kSide);
  for (float& value : coarse) value = colour(generator);
  for (std::int64_t i = 0; i < 3 * kSide * kSide; ++i) {
    const std::int64_t channel = i / (kSide * kSide), y = i / kSide % kSide, x = i % kSide;
    const std::int64_t patch = (channel * (kSide / kPatch) + y / kPatch) * (kSide / kPatch) + x / kPatch;
    pixels[static_cast<std::size_t>(i)] = coarse[static_cast<std::size_t>(patch)] + noise(generator);
  }
  return pixels;
}

std::vector<std::int64_t> random_text(unsigned seed, std::int64_t count) {
  std::mt19937 generator(seed);
  std::vector<std::int64_t> ids{101};
  while (static_cast<std::int64_t>(ids.size()) + 1 < count) ids.push_back(1000 + generator() % 29000);
  ids.push_back(kSep);
  return ids;
}

void write_bench_folder(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  write_model(folder / "captioner", Layout::kCaptioner);
  write_model(folder / "retrieval", Layout::kMatcher);
  write_model(folder / "vqa", Layout::kVqa);
  std::ofstream pixels(folder / "pixels.f32", std::ios::binary);
  for (unsigned frame = 0; frame < kFrames; ++frame) {
    const auto values = random_pixels(frame + 1);
    pixels.write(reinterpret_cast<const char*>(values.data()),
                 static_cast<std::streamsize>(values.size() * sizeof(float)));
  }
  const nlohmann::json inputs{{"frames", kFrames},
                              {"side", kSide},
                              {"sep", kSep},
                              {"start", kStart},
                              {"prompt", {kStart, 1037, 3861, 1997}},
                              {"text", random_text(1, 12)},
                              {"question", random_text(2, 10)},
                              {"second_question", random_text(3, 10)}};
  std::ofstream(folder / "inputs.json") << inputs.dump(1) << "\n";
  if (!pixels.flush()) throw Error(ErrorKind::kFailed, "cannot write " + (folder / "pixels.f32").string());
}

BenchInputs read_bench_inputs(const std::filesystem::path& folder) {
  std::ifstream json(folder / "inputs.json"), pixels(folder / "pixels.f32", std::ios::binary);
  BenchInputs inputs;
  inputs.pixels.resize(kFrames * 3 * kSide * kSide);
  pixels.read(reinterpret_cast<char*>(inputs.pixels.data()),
              static_cast<std::streamsize>(inputs.pixels.size() * sizeof(float)));
  if (!json || !pixels)
    throw Error(ErrorKind::kNotFound, folder.string() + " holds no inputs; 'speed_bench prepare' writes them");
  const auto read = nlohmann::json::parse(json);
  inputs.prompt = read.at("prompt").get<std::vector<std::int64_t>>();
  inputs.text = read.at("text").get<std::vector<std::int64_t>>();
  inputs.question = read.at("question").get<std::vector<std::int64_t>>();
  inputs.second_question = read.at("second_question").get<std::vector<std::int64_t>>();
  return inputs;
}

}  // namespace blip::bench
