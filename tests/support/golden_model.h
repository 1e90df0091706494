#pragma once

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/engine/model_registry.h"
#include "core/generate/options.h"
#include "tests/support/golden.h"
#include "tests/support/safetensors_file.h"
#if defined(BLIP_TEST_PACKED_BACKEND)
#include "core/engine/packed_backend/packed_backend.h"
#else
#include "core/engine/torch_backend/torch_backend.h"
#endif

namespace blip::test {

inline nlohmann::json read_json(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot open " + path.string());
  return nlohmann::json::parse(in);
}

#if defined(BLIP_TEST_PACKED_BACKEND)
inline constexpr auto make_tested_backend = make_packed_backend;
#else
inline constexpr auto make_tested_backend = make_torch_backend;
#endif

// A checkpoint of the reference data on the backend that the test program is built for. One thread: on tiny models more
// cost more than they give.
inline std::shared_ptr<LoadedModel> load_model(const std::filesystem::path& path, const CheckpointOptions& more = {},
                                               int num_threads = 1) {
  static ModelRegistry registry{make_tested_backend};
  CheckpointOptions options = more;
  options.model = path.string();
  BackendOptions backend;
  backend.num_threads = num_threads;
  return registry.open(options, backend);
}

// Images [B, 3, S, S] of a reference array.
struct Pixels {
  Pixels(const SafetensorsFile& file, const std::string& name) : values(file.floats(name)) {
    const auto& shape = file.shape(name);
    side = shape.back();
    images = static_cast<std::int64_t>(values.size()) / (3 * side * side);
  }
  PixelBatch batch() const { return {values.data(), images, side}; }

  std::vector<float> values;
  std::int64_t images = 0, side = 0;
};

inline std::vector<Clip> encode_clips(Backend& backend, const Pixels& pixels) {
  std::vector<Clip> clips;
  for (auto& features : backend.encode_images(pixels.batch())) clips.push_back({{std::move(features)}});
  return clips;
}

// Row `row` of an id array, without its padding.
inline std::vector<std::int64_t> unpadded_row(const SafetensorsFile& file, const std::string& ids,
                                              const std::string& mask, std::int64_t row) {
  const std::int64_t length = file.shape(ids).back();
  const auto all = file.ints(ids), keep = file.ints(mask);
  std::vector<std::int64_t> tokens;
  for (std::int64_t t = row * length; t < (row + 1) * length; ++t) {
    if (keep[static_cast<std::size_t>(t)] != 0) tokens.push_back(all[static_cast<std::size_t>(t)]);
  }
  return tokens;
}

// The largest absolute difference between `found` and the reference values from `offset` on.
inline double max_difference(std::span<const float> found, std::span<const float> expected) {
  if (found.size() != expected.size()) {
    throw std::runtime_error("compared " + std::to_string(found.size()) + " values with " +
                             std::to_string(expected.size()));
  }
  double difference = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double d = std::abs(static_cast<double>(found[i]) - expected[i]);
    difference = d <= difference ? difference : d;  // a NaN is kept
  }
  return difference;
}

// The options that a recorded run of `generate` was made with; those it does not name have the libraries' defaults.
// Throws for a name unknown here.
inline GenerationOptions recorded_options(const nlohmann::json& kwargs, BeamScoring scoring) {
  GenerationOptions options;
  options.num_beams = 1;
  options.min_length = 0;
  options.beam_scoring = scoring;
  for (const auto& [name, value] : kwargs.items()) {
    if (name == "num_beams")
      options.num_beams = value;
    else if (name == "max_length")
      options.max_length = value;
    else if (name == "min_length")
      options.min_length = value;
    else if (name == "length_penalty")
      options.length_penalty = value;
    else if (name == "repetition_penalty")
      options.repetition_penalty = value;
    else if (name == "num_return_sequences")
      options.num_return = value;
    else if (name == "early_stopping")
      options.early_stopping = value;
    else if (name != "do_sample" || value != false)
      throw std::runtime_error("unknown option of a recorded run: " + name);
  }
  return options;
}

// Tolerances of the reference data (tests/data/golden/README.md).
inline constexpr double kStateTolerance = 5e-5, kLogitTolerance = 1e-4, kFeatureTolerance = 1e-5,
                        kScoreTolerance = 1e-4, kLossTolerance = 1e-3;

}  // namespace blip::test
