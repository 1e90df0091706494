#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace blip::bench {

inline constexpr std::int64_t kSide = 384, kFrames = 16, kSep = 102, kStart = 30522;

// What every implementation is measured with. Ids are raw: no implementation adds or replaces any.
struct BenchInputs {
  std::vector<float> pixels;           // [kFrames, 3, kSide, kSide], normalised; coarse patches of colour and noise
  std::vector<std::int64_t> prompt;    // 4, [DEC] first
  std::vector<std::int64_t> text;      // 12, as for ITM
  std::vector<std::int64_t> question;  // 10
  std::vector<std::int64_t> second_question;

  const float* frame(std::int64_t index) const { return pixels.data() + index * 3 * kSide * kSide; }
};

// A normalised picture [3, kSide, kSide] of its own for every seed.
std::vector<float> random_pixels(unsigned seed);

// `count` ids of words, between [CLS] and [SEP], which count, too.
std::vector<std::int64_t> random_text(unsigned seed, std::int64_t count);

// Writes what is not there yet: the models captioner, retrieval and vqa (Hugging Face directories, BLIP-base, random
// weights, float32), pixels.f32 and inputs.json. 3.4 GB.
void write_bench_folder(const std::filesystem::path& folder);

// Throws Error(kNotFound) where write_bench_folder has not been.
BenchInputs read_bench_inputs(const std::filesystem::path& folder);

}  // namespace blip::bench
