#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/text/tokenizer.h"
#include "tests/support/png_writer.h"
#include "training/data/shard_writer.h"

namespace blip::test {

using ShardFiles = std::vector<std::pair<std::string, std::string>>;

// A picture of one colour.
inline std::string png_of(int width, int height, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < width * height; ++i) pixels.insert(pixels.end(), {red, green, blue});
  return png_bytes({.width = static_cast<std::uint32_t>(width), .height = static_cast<std::uint32_t>(height)}, pixels);
}

// A sample whose picture and caption tell its number (below 256): red = number, "cat N".
inline ShardFiles numbered_sample(int number) {
  return {{"png", png_of(2, 2, static_cast<std::uint8_t>(number), 0, 0)},
          {"json", "{\"captions\": [\"cat " + std::to_string(number) + "\"]}"}};
}

inline void write_numbered_shards(const std::filesystem::path& folder, int samples, int samples_per_shard) {
  ShardWriter writer(folder, samples_per_shard);
  for (int i = 0; i < samples; ++i) writer.add("s" + std::to_string(1000 + i), numbered_sample(i));
  writer.finish();
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// [PAD]=0 [UNK] [CLS]=2 [SEP]=3 [MASK], then words; every digit is a token.
inline Tokenizer small_tokenizer() {
  std::vector<std::string> tokens{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a",   "picture",
                                  "of",    "cat",   "dog",   "what",  "?",      "yes", "no"};
  for (int digit = 0; digit < 10; ++digit) {
    tokens.push_back(std::to_string(digit));
    tokens.push_back("##" + std::to_string(digit));
  }
  return Tokenizer(Vocabulary::from_tokens(std::move(tokens)));
}

// The message of the blip::Error that `body` throws; empty when it throws none.
template <class Body>
std::string error_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace blip::test
