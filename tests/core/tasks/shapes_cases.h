#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "core/engine/backend.h"
#include "core/media/video_reader.h"
#include "core/tasks/task_types.h"
#include "tests/support/golden_model.h"

namespace blip::test {

using FramesByIndex = std::map<std::int64_t, std::shared_ptr<const ImageFeatures>>;

// What the original code said of the clips that the trained small model was shown (tests/data/shapes/README.md).
class ShapesCases {
 public:
  using Json = nlohmann::json;

  ShapesCases() : json_(read_json(shapes_dir() / "expected.json")) {}

  const Json& settings() const { return json_.at("settings"); }
  // Every clip of the set, and the demo where there is one.
  std::vector<const Json*> clips() const {
    std::vector<const Json*> all;
    for (const auto& clip : json_.at("clips")) all.push_back(&clip);
    if (json_.contains("demo")) all.push_back(&json_.at("demo"));
    if (all.empty()) throw std::runtime_error("no clips in expected.json");
    return all;
  }
  static std::vector<std::int64_t> shot_frames(const Json& clip) {
    std::vector<std::int64_t> frames;
    for (const auto& shot : clip.at("shots")) frames.push_back(shot.at("frame").get<std::int64_t>());
    return frames;
  }
  static std::filesystem::path file(const Json& clip) { return shapes_dir() / clip.at("file").get<std::string>(); }

  CaptionOptions caption_options() const {
    CaptionOptions options;
    Json generation = settings().at("caption");
    options.prompt = generation.at("prompt").get<std::string>();
    generation.erase("prompt");
    options.generation = recorded_options(generation, BeamScoring::kAuto);
    return options;
  }
  AnswerOptions answer_options() const {
    const auto& vqa = settings().at("vqa");
    AnswerOptions options;
    options.generation = recorded_options({{"num_beams", vqa.at("num_beams")},
                                           {"max_length", vqa.at("max_length")},
                                           {"min_length", vqa.at("min_length")}},
                                          BeamScoring::kAuto);
    return options;
  }

 private:
  Json json_;
};

// Features of chosen frames (by index in display order) of a clip, made by `encode(view)`.
template <class Encode>
FramesByIndex encode_chosen(const std::filesystem::path& path, const std::vector<std::int64_t>& indices,
                            const Encode& encode) {
  FramesByIndex features;
  VideoReader reader = VideoReader::open(path);
  VideoFrame frame;
  for (std::int64_t index = 0; reader.next(frame); ++index) {
    if (std::find(indices.begin(), indices.end(), index) == indices.end()) continue;
    features[index] = encode(frame.view);
  }
  return features;
}

// Probabilities and cosines of the reference agree to about 1e-4 given the same pixels (tests/data/shapes/README.md);
// they are stored with six decimals.
inline constexpr double kProbabilityTolerance = 1e-4;

}  // namespace blip::test
