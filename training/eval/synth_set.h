#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/vision/rgb_image.h"
#include "training/synth/questions.h"
#include "training/synth/scene_facts.h"

namespace blip {

// A picture of ShapesWorld and all that is known of it.
struct SynthPicture {
  std::string id;  // "clips/00000.mp4#11": file and frame, or file and key
  RgbImage image;
  synth::SceneFacts facts;
  std::vector<std::string> captions;  // true ones, at least one
  std::string wrong_caption;
  std::string wrong_kind;  // "other scene", or what was changed: "colour changed"
  std::vector<synth::Question> questions;
};

inline constexpr std::size_t kClipFrames = 8;

struct SynthClip {
  std::string id;
  std::string caption;
  std::vector<RgbImage> frames;  // kClipFrames, evenly spaced: i * (frame count / kClipFrames), as the original samples
  std::vector<std::size_t> shots;          // indices into SynthSet::shots
  std::vector<synth::Question> questions;  // about the whole clip
};

// Data that no model has seen.
struct SynthSet {
  std::vector<SynthPicture> shots;  // the middle frame of each shot of the clips
  std::vector<SynthPicture> stills;
  std::vector<SynthClip> clips;
};

// Reads what no model was trained on from a data set of `blip-train synth`: the clips of annotations.json and the
// stills of shards/, each from WORLD/test or else from WORLD/val. `folder` may also be such a part itself, or
// tests/data/shapes. At most `limit` clips and stills (0 = all). Throws Error(kNotFound, kInvalidData) naming the file.
SynthSet read_synth_set(const std::filesystem::path& folder, std::size_t limit = 0);

}  // namespace blip
